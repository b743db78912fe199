#include "engine/rocketmq/codes.hpp"

namespace godwit::rocketmq {

Error error_of(v2::Code code) {
  switch (code) {
    case v2::ILLEGAL_TOPIC:
    case v2::ILLEGAL_CONSUMER_GROUP:
    case v2::ILLEGAL_MESSAGE_TAG:
    case v2::ILLEGAL_MESSAGE_KEY:
    case v2::ILLEGAL_MESSAGE_GROUP:
    case v2::ILLEGAL_MESSAGE_PROPERTY_KEY:
    case v2::ILLEGAL_MESSAGE_ID:
    case v2::ILLEGAL_DELIVERY_TIME:
    case v2::MESSAGE_BODY_TOO_LARGE:
    case v2::MESSAGE_BODY_EMPTY:
    case v2::MESSAGE_PROPERTIES_TOO_LARGE: return {.code = Code::internal, .detail = "the broker refuses the page"};
    default: return {.code = Code::unavailable, .detail = "the broker cannot do it now"};
  }
}

v2::Code code_of(const v2::SendMessageResponse& response) {
  if (response.status().code() != v2::OK && response.status().code() != v2::MULTIPLE_RESULTS)
    return response.status().code();
  return response.entries_size() == 1 ? response.entries(0).status().code() : v2::CODE_UNSPECIFIED;
}

}  // namespace godwit::rocketmq
