#include "engine/rocketmq/frame.hpp"

#include <boost/json.hpp>

namespace godwit::rocketmq {

namespace json = boost::json;

namespace {

void append_number(std::string& out, std::size_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) out += static_cast<char>((number >> shift) & 0xffU);
}

std::int32_t integer(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? static_cast<std::int32_t>(value->get_int64()) : 0;
}

}  // namespace

std::uint32_t number_of(std::string_view four) noexcept {
  std::uint32_t number = 0;
  for (const char byte : four.substr(0, 4)) number = number << 8U | static_cast<unsigned char>(byte);
  return number;
}

std::string encode_frame(Remoting::Request request, std::int32_t opaque, const Remoting::Fields& fields,
                         std::string_view body) {
  json::object extra;
  for (const auto& [name, value] : fields) extra[name] = value;
  const auto header = json::serialize(json::object{{"code", static_cast<int>(request)},
                                                   {"language", "CPP"},
                                                   {"version", 0},
                                                   {"opaque", opaque},
                                                   {"flag", 0},
                                                   {"serializeTypeCurrentRPC", "JSON"},
                                                   {"extFields", std::move(extra)}});
  std::string out;
  append_number(out, 4 + header.size() + body.size());
  append_number(out, header.size());
  return out.append(header).append(body);
}

Result<Frame> decode_frame(std::string_view bytes) {
  if (bytes.size() < 4) return fail(Code::internal, "a frame is too short");
  const auto mark = number_of(bytes);
  const std::size_t length = mark & 0xffffffU;
  if (mark >> 24U != 0 || length > bytes.size() - 4) return fail(Code::internal, "a frame's header is not JSON");
  boost::system::error_code error;
  const auto value = json::parse(bytes.substr(4, length), error);
  if (error || !value.is_object()) return fail(Code::internal, "a frame's header is not JSON");
  const auto& header = value.get_object();
  Frame out{.opaque = integer(header, "opaque"), .answer = (integer(header, "flag") & 1) != 0, .content = {}};
  out.content.code = integer(header, "code");
  if (const auto* remark = header.if_contains("remark"); remark != nullptr && remark->is_string())
    out.content.remark = json::value_to<std::string>(*remark);
  if (const auto* extra = header.if_contains("extFields"); extra != nullptr && extra->is_object())
    for (const auto& [name, field] : extra->get_object())
      if (field.is_string()) out.content.fields.emplace(name, json::value_to<std::string>(field));
  out.content.body = bytes.substr(4 + length);
  return out;
}

}  // namespace godwit::rocketmq
