#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/config/config.hpp"

namespace godwit::app {

/// A value on its way into a setting, of whichever type its source has. Text from the environment and from flags is
/// read as the setting's own type.
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>>;

/// The field of `Config` that a setting is bound to.
using Field = std::variant<bool& (*)(Config&), std::size_t& (*)(Config&), double& (*)(Config&), Seconds& (*)(Config&),
                           std::string& (*)(Config&), Address& (*)(Config&), std::vector<std::string>& (*)(Config&)>;

enum class Reloads : bool { no, yes };  ///< whether SIGHUP changes it
enum class Secret : bool { no, yes };   ///< never printed

/// One setting: all that is known about it. Its default is what a default-made Config has in its field.
struct Setting {
  std::string_view name;  ///< "section.key", or "key" of those above all sections
  std::string_view doc;   ///< one or two sentences, with the unit
  Field field;
  double least = 0, most = 0;               ///< numbers: bounds, both included. Text: its length
  std::vector<std::string_view> choices{};  ///< text: the allowed values, where not every one is
  Reloads reloads = Reloads::no;
  Secret secret = Secret::no;
};

/// All settings, section by section: the one place that declares them.
[[nodiscard]] std::span<const Setting> settings();
[[nodiscard]] const Setting* find_setting(std::string_view name);

/// "http.head_bytes" ↔ "GODWIT_HTTP_HEAD_BYTES".
[[nodiscard]] std::string variable_of(std::string_view name);

/// What a value must be: "a whole number from 0 to 256".
[[nodiscard]] std::string expectation(const Setting& setting);

/// Writes `value` into the setting's field; the error says what it must be and what it is (not of a secret).
[[nodiscard]] Result<void> assign(Config& config, const Setting& setting, const Value& value);

/// The setting's value as TOML would have it: `30`, `"./data"`, `["https://a.example"]`.
[[nodiscard]] std::string show(const Config& config, const Setting& setting);

}  // namespace godwit::app
