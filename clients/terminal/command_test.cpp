#include "clients/terminal/command.hpp"

#include <doctest/doctest.h>

using namespace godwit::chat;

TEST_CASE("chat: a line is a text unless it begins with one slash") {
  CHECK(std::holds_alternative<Nothing>(parse_line("   ")));
  CHECK(std::get<Text>(parse_line("  hello / there ")).text == "  hello / there ");
  CHECK(std::get<Text>(parse_line("//etc/passwd")).text == "/etc/passwd");
  CHECK(std::get<Text>(parse_line("你好")).text == "你好");
}

TEST_CASE("chat: a command is taken apart into words, and keeps what was written") {
  const auto group = std::get<Command>(parse_line("/group \"Tea Club\"  bob carol"));
  CHECK(group.info->verb == Verb::group);
  CHECK(group.words == std::vector<std::string>{"Tea Club", "bob", "carol"});
  const auto reply = std::get<Command>(parse_line("/REPLY 12  two  words "));
  CHECK(reply.info->verb == Verb::reply);
  CHECK(reply.word(0) == "12");
  CHECK(reply.after(1) == "two  words");
  CHECK(std::get<Command>(parse_line("/search \"two words\"")).after(0) == "two words");
  CHECK(std::get<Command>(parse_line("/add bob it's \"me\"")).after(1) == "it's \"me\"");
  CHECK(std::get<Command>(parse_line("/who")).word(0).empty());
}

TEST_CASE("chat: a mistake is answered with what was meant") {
  const auto said = [](const char* line) { return std::get<Mistake>(parse_line(line)).what; };
  CHECK(said("/opne bob").find("/open") != std::string::npos);
  CHECK(said("/freinds").find("/friends") != std::string::npos);
  CHECK(said("/hist").find("/history") != std::string::npos);
  CHECK(said("/zzzzzz").find("/help") != std::string::npos);
  CHECK(said("/open").find("/open KEY") != std::string::npos);
  CHECK(said("/").find("/help") != std::string::npos);
}

TEST_CASE("chat: a started command is completed where it can be only one") {
  CHECK(complete_command("/fr") == "/friends ");
  CHECK(complete_command("/re") == "/re");
  CHECK(complete_command("/group") == "/group ");
  CHECK(complete_command("/open bo") == "/open bo");
  CHECK(complete_command("hello") == "hello");
}
