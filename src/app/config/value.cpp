#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "app/config/setting.hpp"

namespace godwit::app {
namespace {

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);  // a TOML basic string is written like a JSON one
  return out;
}

std::string list_text(const std::vector<std::string>& list) {
  std::string out = "[";
  for (const auto& item : list) out += (out.size() > 1 ? ", " : "") + quoted(item);
  return out + "]";
}

/// As it stands in a message: text in quotes, so that an empty one is seen.
std::string describe(const Value& value) {
  struct Describe {
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(std::int64_t i) const { return fmt::format("{}", i); }
    std::string operator()(double d) const { return fmt::format("{}", d); }
    std::string operator()(const std::string& s) const { return quoted(s.substr(0, 80)); }
    std::string operator()(const std::vector<std::string>& list) const { return list_text(list); }
  };
  return std::visit(Describe{}, value);
}

std::optional<double> as_number(const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* text = std::get_if<std::string>(&value)) return parse_number<double>(*text);
  return std::nullopt;
}

bool within(const Setting& setting, double number) { return number >= setting.least && number <= setting.most; }

// One `take` for each type of field: writes the value and says whether it fitted.
bool take(bool& field, const Setting&, const Value& value) {
  if (const auto* given = std::get_if<bool>(&value)) return field = *given, true;
  const auto* text = std::get_if<std::string>(&value);
  if (!text || (*text != "true" && *text != "false")) return false;
  return field = *text == "true", true;
}

bool take(std::size_t& field, const Setting& setting, const Value& value) {
  std::optional<std::int64_t> whole;
  if (const auto* given = std::get_if<std::int64_t>(&value)) whole = *given;
  if (const auto* text = std::get_if<std::string>(&value)) whole = parse_number<std::int64_t>(*text);
  if (!whole || !within(setting, static_cast<double>(*whole))) return false;
  return field = static_cast<std::size_t>(*whole), true;
}

bool take(double& field, const Setting& setting, const Value& value) {
  const auto number = as_number(value);
  if (!number || !within(setting, *number)) return false;  // NaN is within nothing
  return field = *number, true;
}

bool take(Seconds& field, const Setting& setting, const Value& value) {
  double seconds = 0;
  return take(seconds, setting, value) && (field = Seconds(seconds), true);
}

bool take(std::string& field, const Setting& setting, const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (!text || !within(setting, static_cast<double>(text->size()))) return false;
  if (!setting.choices.empty() && std::ranges::find(setting.choices, *text) == setting.choices.end()) return false;
  return field = *text, true;
}

bool take(Address& field, const Setting&, const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  auto address = text ? parse_address(*text) : fail(Code::bad_parameter);
  return address && (field = *address, true);
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> list;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    if (auto item = trimmed(text.substr(0, comma)); !item.empty()) list.push_back(std::move(item));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return list;
}

bool take(std::vector<std::string>& field, const Setting& setting, const Value& value) {
  std::optional<std::vector<std::string>> list;
  if (const auto* given = std::get_if<std::vector<std::string>>(&value)) list = *given;
  if (const auto* text = std::get_if<std::string>(&value)) list = split_list(*text);
  if (!list || !within(setting, static_cast<double>(list->size()))) return false;
  return field = std::move(*list), true;
}

struct Expectation {
  const Setting& setting;
  [[nodiscard]] std::string bounds() const { return fmt::format("from {} to {}", setting.least, setting.most); }
  std::string operator()(bool& (*)(Config&)) const { return "true or false"; }
  std::string operator()(std::size_t& (*)(Config&)) const {
    return fmt::format("a whole number from {:.0f} to {:.0f}", setting.least, setting.most);
  }
  std::string operator()(double& (*)(Config&)) const { return "a number " + bounds(); }
  std::string operator()(Seconds& (*)(Config&)) const { return "a number of seconds " + bounds(); }
  std::string operator()(std::string& (*)(Config&)) const {
    if (setting.choices.empty()) return fmt::format("text of {:.0f} to {:.0f} bytes", setting.least, setting.most);
    return fmt::format("one of {}", fmt::join(setting.choices, ", "));
  }
  std::string operator()(Address& (*)(Config&)) const {
    return "ADDR:PORT with a numeric address, as in 127.0.0.1:8080 or [::1]:8080";
  }
  std::string operator()(std::vector<std::string>& (*)(Config&)) const {
    return fmt::format("a list of at most {:.0f} texts", setting.most);
  }
};

struct Show {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::size_t value) const { return fmt::format("{}", value); }
  std::string operator()(double value) const {
    return value == std::floor(value) ? fmt::format("{:.0f}", value) : fmt::format("{}", value);
  }
  std::string operator()(Seconds value) const { return (*this)(value.count()); }
  std::string operator()(const std::string& value) const { return quoted(value); }
  std::string operator()(const Address& value) const { return quoted(value.str()); }
  std::string operator()(const std::vector<std::string>& value) const { return list_text(value); }
};

}  // namespace

std::string expectation(const Setting& setting) { return std::visit(Expectation{setting}, setting.field); }

Result<void> assign(Config& config, const Setting& setting, const Value& value) {
  if (std::visit([&](auto field) { return take(field(config), setting, value); }, setting.field)) return {};
  const auto given = setting.secret == Secret::yes ? "what was given" : describe(value);
  return fail(Code::bad_parameter, fmt::format("{} must be {}, not {}", setting.name, expectation(setting), given));
}

std::string show(const Config& config, const Setting& setting) {
  auto copy = config;
  return std::visit([&](auto field) { return Show{}(field(copy)); }, setting.field);
}

Level log_level(const Config& config) {
  if (config.log.level == "debug") return Level::debug;
  if (config.log.level == "warn") return Level::warn;
  return config.log.level == "error" ? Level::error : Level::info;
}

}  // namespace godwit::app
