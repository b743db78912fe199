#pragma once
#include <string>

#include "clients/terminal/model.hpp"

namespace godwit::chat {

/// A frame that is not a message of a person, as one quiet line: "Bob joined". Empty for what needs no line of its own
/// (a recall: it shows where the message stood). Safe for a terminal.
[[nodiscard]] std::string describe(const Frame& frame, const Model& model);
/// One line for a list: what the newest frame of a conversation says.
[[nodiscard]] std::string preview(const Frame& frame, const Model& model);
/// The message that `frame` answers, in one line; empty where it answers none.
[[nodiscard]] std::string quoted(const Frame& frame, const Talk& talk, const Model& model);

/// "Bob (bob)", or the key alone where there is no other name.
[[nodiscard]] std::string called(const Person& person);

/// Local times: "14:05" and "Monday, 23 November 2026".
[[nodiscard]] std::string clock_time(Millis time);
[[nodiscard]] std::string calendar_day(Millis time);
/// "14:05" of today, "23 Nov" of any other day.
[[nodiscard]] std::string short_time(Millis time, Millis now);

}  // namespace godwit::chat
