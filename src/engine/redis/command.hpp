#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::redis {

class Script;

/// One command, as words. All keys of a command lie in one slot.
struct Command {
  std::vector<std::string> words;
  std::size_t key = 1;             ///< which word is its first key; 0: it has none, any node will do
  const Script* script = nullptr;  ///< words[1] is its hash; outlives the call
};

/// A Lua script and its name in Redis. It touches no key but those that it is given.
class Script {
 public:
  explicit Script(std::string text);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const std::string& hash() const noexcept { return hash_; }

  /// The command that runs it: at least one key, all of one slot. Redis is told the text only where it does not know
  /// the hash.
  [[nodiscard]] Command call(std::vector<std::string> keys, std::vector<std::string> arguments) const;

 private:
  std::string text_, hash_;
};

/// Appends the command as RESP. `script_text`: by EVAL with the text rather than by the hash.
void append_wire(std::string& out, const Command& command, bool script_text = false);

}  // namespace godwit::redis
