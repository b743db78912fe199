#include "wire/json.hpp"

#include <boost/json.hpp>

#include <array>
#include <charconv>
#include <map>

#include "base/log.hpp"
#include "domain/text.hpp"

namespace godwit::wire {
namespace json = boost::json;

namespace {

/// 5, and as JSON has one kind of number only, 5.0 and 5e0 too; nullopt for 5.5 and what 64 bits do not hold.
std::optional<std::int64_t> whole(const json::value& value) {
  if (value.is_int64()) return value.as_int64();
  constexpr double kEnd = 9223372036854775808.0;  // 2^63
  if (!value.is_double() || value.as_double() < -kEnd || value.as_double() >= kEnd) return std::nullopt;
  const auto number = static_cast<std::int64_t>(value.as_double());
  return static_cast<double>(number) == value.as_double() ? std::optional(number) : std::nullopt;
}

}  // namespace

// What is read lies in one piece of memory, a usual body within the first; nothing in it is given back before the end.
struct Fields::Impl {
  std::array<unsigned char, 1024> first;
  json::monotonic_resource memory{first.data(), first.size()};
  json::object object{&memory};
  std::string path;  // "device." in an object of that name
  std::map<std::string, std::string> errors;

  /// nullptr where the field is absent or null.
  [[nodiscard]] const json::value* find(std::string_view name) const {
    const auto* value = object.if_contains(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  void complain(std::string_view name, std::string reason) {
    errors.try_emplace(path + std::string(name), std::move(reason));
  }
  [[nodiscard]] bool complained(std::string_view name) const { return errors.contains(path + std::string(name)); }
};

Result<Fields> Fields::parse(std::string_view text) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 32;
  auto impl = std::make_shared<Impl>();
  json::value value = json::parse(text, error, &impl->memory, options);
  if (error) return fail(Code::malformed_json, error.message());
  if (!value.is_object()) return fail(Code::malformed_json, "the body must be a JSON object");
  impl->object = std::move(value.as_object());
  return Fields(std::move(impl));
}

std::string Fields::text(std::string_view name) {
  auto value = maybe_text(name);
  if (!value && !impl_->complained(name)) impl_->complain(name, "is required");
  return value.value_or("");
}

std::optional<std::string> Fields::maybe_text(std::string_view name) {
  const auto* value = impl_->find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    impl_->complain(name, "must be a string");
    return std::nullopt;
  }
  return std::string(value->as_string());
}

std::int64_t Fields::integer(std::string_view name) {
  auto value = maybe_integer(name);
  if (!value && !impl_->complained(name)) impl_->complain(name, "is required");
  return value.value_or(0);
}

std::optional<std::int64_t> Fields::maybe_integer(std::string_view name) {
  const auto* value = impl_->find(name);
  if (value == nullptr) return std::nullopt;
  if (const auto number = whole(*value)) return number;
  impl_->complain(name, "must be a whole number");
  return std::nullopt;
}

bool Fields::boolean(std::string_view name, bool otherwise) {
  const auto* value = impl_->find(name);
  if (value == nullptr) return otherwise;
  if (value->is_bool()) return value->as_bool();
  impl_->complain(name, "must be true or false");
  return otherwise;
}

std::optional<Fields> Fields::object(std::string_view name) {
  const auto* value = impl_->find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) {
    impl_->complain(name, "must be an object");
    return std::nullopt;
  }
  auto impl = std::make_shared<Impl>();
  impl->object = value->as_object();
  impl->path = impl_->path + std::string(name) + ".";
  return Fields(std::move(impl));
}

std::vector<std::string> Fields::texts(std::string_view name, bool required) {
  std::vector<std::string> out;
  const auto* value = impl_->find(name);
  if (value == nullptr) {
    if (required) impl_->complain(name, "is required");
    return out;
  }
  const auto* array = value->if_array();
  if (array == nullptr) {
    impl_->complain(name, "must be an array of strings");
    return out;
  }
  for (const auto& element : *array) {
    if (!element.is_string()) {
      impl_->complain(name, "must be an array of strings");
      return {};
    }
    out.emplace_back(element.as_string());
  }
  return out;
}

bool Fields::has(std::string_view name) const { return impl_->object.contains(name); }
bool Fields::is_null(std::string_view name) const {
  const auto* value = impl_->object.if_contains(name);
  return value != nullptr && value->is_null();
}

std::vector<std::string> Fields::names() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : impl_->object) names.emplace_back(name);
  return names;
}

void Fields::reject(std::string_view name, std::string reason) { impl_->complain(name, std::move(reason)); }

void Fields::require(const Result<void>& checked) {
  if (checked) return;
  for (const auto& [name, reason] : checked.error().fields) impl_->errors.try_emplace(name, reason);
}

Result<void> Fields::verdict() const {
  if (impl_->errors.empty()) return {};
  return std::unexpected(Error{.code = Code::invalid_fields, .fields = impl_->errors});
}

void JsonWriter::separate() {
  if (comma_) out_ += ',';
  comma_ = true;
}
JsonWriter& JsonWriter::begin_object() {
  separate();
  out_ += '{';
  comma_ = false;
  return *this;
}
JsonWriter& JsonWriter::end_object() {
  out_ += '}';
  comma_ = true;
  return *this;
}
JsonWriter& JsonWriter::begin_array() {
  separate();
  out_ += '[';
  comma_ = false;
  return *this;
}
JsonWriter& JsonWriter::end_array() {
  out_ += ']';
  comma_ = true;
  return *this;
}
JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_json_string(out_, name);
  out_ += ':';
  comma_ = false;
  return *this;
}
JsonWriter& JsonWriter::string(std::string_view value) {
  separate();
  append_json_string(out_, value);
  return *this;
}
JsonWriter& JsonWriter::integer(std::int64_t value) {
  separate();
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out_.append(digits, end);
  return *this;
}
JsonWriter& JsonWriter::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
  return *this;
}
JsonWriter& JsonWriter::null() {
  separate();
  out_ += "null";
  return *this;
}
JsonWriter& JsonWriter::raw(std::string_view value) {
  separate();
  out_ += value;
  return *this;
}

}  // namespace godwit::wire
