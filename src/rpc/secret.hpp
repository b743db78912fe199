#pragma once
#include <string>
#include <string_view>

namespace godwit::rpc {

/// The secret that all processes of a house share. Never crosses the wire from us: only what can be made with it does.
/// Immutable; any thread.
class Secret {
 public:
  static constexpr std::size_t kLeast = 16;  ///< bytes

  /// Throws std::invalid_argument where it has fewer than `kLeast` bytes.
  explicit Secret(std::string_view text);

  /// What a server proves itself by, to who gave it `nonce`. `life`: random, another one after each start.
  [[nodiscard]] std::string server_proof(std::string_view nonce, std::string_view life) const;
  /// What goes with each call to the server of that life, and comes back with each of its answers.
  [[nodiscard]] std::string call_proof(std::string_view life) const;
  [[nodiscard]] std::string answer_proof(std::string_view life) const;
  /// Whether that is the secret itself, as callers of other makes send it. Takes as long for any.
  [[nodiscard]] bool is(std::string_view given) const;

 private:
  [[nodiscard]] std::string mac(std::string_view purpose, std::string_view first, std::string_view second) const;
  std::string key_;  // a hash of the text: 32 bytes
};

/// Takes as long wherever the two differ.
[[nodiscard]] bool same(std::string_view a, std::string_view b);

}  // namespace godwit::rpc
