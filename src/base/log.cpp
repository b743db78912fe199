#include "base/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cmath>

namespace godwit {
namespace {
std::string_view name(Level level) {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warn: return "warn";
    case Level::error: return "error";
  }
  return "info";
}

void append_value(std::string& line, const LogField& field) {
  auto out = std::back_inserter(line);
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    append_json_string(line, *text);
  } else if (const auto* integer = std::get_if<std::int64_t>(&field.value)) {
    fmt::format_to(out, "{}", *integer);
  } else if (const auto* real = std::get_if<double>(&field.value)) {
    if (std::isfinite(*real))
      fmt::format_to(out, "{:.6g}", *real);
    else
      line += "null";
  } else {
    line += std::get<bool>(field.value) ? "true" : "false";
  }
}
}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, start, i - start);
    start = i + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
  }
  out.append(text, start);
  out += '"';
}

void Log::write(Level level, std::string_view event, std::initializer_list<LogField> fields) {
  if (!wants(level)) return;
  using namespace std::chrono;
  const auto now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  std::string line = fmt::format(R"({{"time":{},"level":"{}","event":)", now, name(level));
  append_json_string(line, event);
  for (const auto& field : fields) {
    line += ',';
    append_json_string(line, field.name);
    line += ':';
    append_value(line, field);
  }
  line += "}\n";
  [[maybe_unused]] const auto written = ::write(fd_, line.data(), line.size());
}

}  // namespace godwit
