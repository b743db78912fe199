#include "rpc/error_values.hpp"

#include "godwit/rpc/v1/rpc.pb.h"

namespace godwit::rpc {
namespace {

constexpr std::size_t kMostTrailer = 24'576, kMostMessage = 512, kMostDetail = 4096;
constexpr int kInvalidArgument = 3, kNotFound = 5, kPermissionDenied = 7, kResourceExhausted = 8,
              kFailedPrecondition = 9, kInternal = 13, kUnavailable = 14, kUnauthenticated = 16;

/// Cut between two characters.
std::string_view beginning(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
  return text.substr(0, most);
}

std::optional<Code> code_of(const std::string& name, std::uint32_t status) {
  for (unsigned i = 0; i <= static_cast<unsigned>(Code::unavailable); ++i) {
    const auto code = static_cast<Code>(i);
    if (info(code).name == name && info(code).status == status) return code;
  }
  return std::nullopt;
}

}  // namespace

int status_of(const Error& error) noexcept {
  switch (info(error.code).status) {
    case 401: return kUnauthenticated;
    case 403: return kPermissionDenied;
    case 404: return kNotFound;
    case 409: return kFailedPrecondition;
    case 429: return kResourceExhausted;
    case 500: return kInternal;
    case 503: return kUnavailable;
    default: return kInvalidArgument;
  }
}

std::string message_of(const Error& error) {
  const auto& about = info(error.code);
  std::string text(about.name);
  text += ": ";
  text += error.detail.empty() ? about.title : std::string_view(error.detail);
  for (const auto& [field, reason] : error.fields) text += "; " + field + ": " + reason;
  return std::string(beginning(text, kMostMessage));
}

void write(const Error& error, v1::Error& out) {
  out.set_name(std::string(info(error.code).name));
  out.set_status(info(error.code).status);
  out.set_detail(std::string(beginning(error.detail, kMostDetail)));
  for (const auto& [field, reason] : error.fields) (*out.mutable_fields())[field] = reason;
  out.set_retry_after_s(error.retry_after_s);
  out.set_limit(error.limit);
  if (out.ByteSizeLong() > kMostTrailer) out.clear_fields();
}

std::string trailer_of(const Error& error) {
  v1::Error out;
  write(error, out);
  return out.SerializeAsString();
}

std::optional<Error> read(const v1::Error& in) {
  const auto code = code_of(in.name(), in.status());
  if (!code) return std::nullopt;
  Error error{.code = *code, .detail = in.detail(), .retry_after_s = in.retry_after_s(), .limit = in.limit()};
  for (const auto& [field, reason] : in.fields()) error.fields.emplace(field, reason);
  return error;
}

std::optional<Error> error_of(std::string_view trailer) {
  v1::Error in;
  if (!in.ParseFromArray(trailer.data(), static_cast<int>(trailer.size()))) return std::nullopt;
  return read(in);
}

}  // namespace godwit::rpc
