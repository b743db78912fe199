#include "engine/redis/command.hpp"

#include <openssl/sha.h>

#include <array>
#include <utility>

namespace godwit::redis {
namespace {

std::string sha1(const std::string& text) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  ::SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string hex;
  for (const auto byte : digest) {
    hex += "0123456789abcdef"[byte >> 4U];
    hex += "0123456789abcdef"[byte & 15U];
  }
  return hex;
}

void append_word(std::string& out, std::string_view word) {
  out += '$';
  out += std::to_string(word.size());
  out += "\r\n";
  out += word;
  out += "\r\n";
}

}  // namespace

Script::Script(std::string text) : text_(std::move(text)), hash_(sha1(text_)) {}

Command Script::call(std::vector<std::string> keys, std::vector<std::string> arguments) const {
  Command command{.words = {"EVALSHA", hash_, std::to_string(keys.size())}, .key = 3, .script = this};
  for (auto& key : keys) command.words.push_back(std::move(key));
  for (auto& argument : arguments) command.words.push_back(std::move(argument));
  return command;
}

void append_wire(std::string& out, const Command& command, bool script_text) {
  out += '*';
  out += std::to_string(command.words.size());
  out += "\r\n";
  for (std::size_t i = 0; i < command.words.size(); ++i) {
    if (script_text && i == 0)
      append_word(out, "EVAL");
    else if (script_text && i == 1)
      append_word(out, command.script->text());
    else
      append_word(out, command.words[i]);
  }
}

}  // namespace godwit::redis
