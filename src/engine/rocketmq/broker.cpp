#include "engine/rocketmq/broker.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace godwit::rocketmq {

using dispatch::Delivery;
using dispatch::Topic;
using std::chrono::milliseconds;

namespace {

/// The same page has the same id, whoever sends it, and however often.
std::string id_of(std::string_view key, std::string_view body) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a
  for (const char byte : body) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
  return fmt::format("{}-{:016x}", key, hash);
}

bool fit_for_a_key(std::string_view key) {
  return !key.empty() && key.size() <= 128 && std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7f'; });
}

net::GrpcChannel::Settings channel_settings(Log& log, Counter& unreachable) {
  // Heartbeats make the proxy say something every 10 s, so it does not take the pings amiss.
  return {.most_bytes = dispatch::Broker::kMostBytes + 65'536,
          .keepalive = std::chrono::seconds(20),
          .translate = [&log, &unreachable](const net::GrpcFailure& failure) {
            constexpr int kCancelled = 1;  // by us
            if (failure.status != kCancelled) {
              unreachable.add();
              log.warn("rocketmq_unreachable", {{"status", failure.status}, {"message", failure.message}});
            }
            auto error = net::grpc_error(failure);
            error.code = Code::unavailable;  // the proxy's own trouble is no bug of ours
            return error;
          }};
}

}  // namespace

Broker::Broker(Settings settings, Log& log, Metrics& metrics)
    : settings_(std::move(settings)),
      log_(log),
      unreachable_(metrics.counter("godwit_rocketmq_unreachable_total", "Calls that the proxy did not answer.")),
      refused_(metrics.counter("godwit_rocketmq_refused_total", "Pages that the broker did not take.")),
      channel_(settings_.proxy, channel_settings(log, unreachable_)),
      lanes_{Lane{channel_, names(Topic::store), log}, Lane{channel_, names(Topic::offline), log}} {}

Consumer::Names Broker::names(Topic topic) const {
  return {.topic = topic_name(settings_.prefix, topic),
          .group = group_name(settings_.prefix, topic),
          .client = fmt::format("{}@{}", settings_.client, topic_name(settings_.prefix, topic))};
}

Task<Result<void>> Broker::send(Topic topic, std::string key, std::string body) {
  if (body.empty() || body.size() > kMostBytes) co_return fail(Code::internal, "a page of this size cannot be sent");
  if (!fit_for_a_key(key)) co_return fail(Code::internal, "a page cannot have this key");
  v2::SendMessageRequest request;
  auto& message = *request.add_messages();
  message.mutable_topic()->set_name(topic_name(settings_.prefix, topic));
  auto& properties = *message.mutable_system_properties();
  properties.set_message_id(id_of(key, body));
  properties.add_keys(std::move(key));
  properties.set_body_encoding(v2::IDENTITY);
  properties.set_message_type(v2::NORMAL);
  message.set_body(std::move(body));
  CO_TRY(const auto response, co_await channel_.call<v2::SendMessageResponse>(
                                  "/apache.rocketmq.v2.MessagingService/SendMessage", std::move(request),
                                  {.timeout = settings_.sending, .metadata = {{"x-mq-client-id", settings_.client}}}));
  if (code_of(response) != v2::OK) co_return std::unexpected(not_sent(topic, response));
  lane(topic).ever_sent.store(true, std::memory_order_relaxed);
  co_return Result<void>{};
}

Error Broker::not_sent(Topic topic, const v2::SendMessageResponse& response) {
  refused_.add();
  const auto code = code_of(response);
  const bool topic_is_wrong = code == v2::MESSAGE_PROPERTY_CONFLICT_WITH_TYPE || code == v2::TOPIC_NOT_FOUND;
  const bool never = topic_is_wrong && !lane(topic).ever_sent.load(std::memory_order_relaxed);
  log_.write(never ? Level::error : Level::warn, never ? "rocketmq_topic_unusable" : "rocketmq_refused",
             {{"verb", "send"},
              {"topic", topic_name(settings_.prefix, topic)},
              {"code", static_cast<int>(code)},
              {"message", response.status().message()}});
  return error_of(code);
}

Task<Result<std::vector<Delivery>>> Broker::receive(Topic topic, std::size_t most, milliseconds wait,
                                                    milliseconds invisible) {
  return lane(topic).consumer.receive(most, wait, invisible);
}

Task<Result<void>> Broker::acknowledge(Topic topic, std::vector<std::string> receipts) {
  return lane(topic).consumer.acknowledge(std::move(receipts));
}

void Broker::stop() { channel_.end(); }

}  // namespace godwit::rocketmq
