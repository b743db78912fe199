#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "clients/terminal/frame.hpp"

namespace godwit::chat {

/// What a person sees. Two of them: Screen (the whole terminal) and Plain (lines). Everything is called on the thread
/// that owns the model; texts may still hold anything that people wrote, and are made printable here.
class Front {
 public:
  virtual ~Front() = default;

  virtual void say(const std::string& line) = 0;       ///< what became of a command
  virtual void complain(const std::string& line) = 0;  ///< what went wrong
  /// What was to be opened was not; said already.
  virtual void not_opened() = 0;
  virtual void show(const std::string& title, const std::vector<std::string>& lines) = 0;
  /// Each kept frame once, each conversation in the order of seq.
  virtual void arrived(const Frame& frame) = 0;
  /// The connection or the model changed.
  virtual void changed() = 0;
  /// The open conversation was asked to show `count` older messages, which are in the model now.
  virtual void show_history(std::size_t count) = 0;
  /// One line that is not shown and not remembered; none: the person thought better of it.
  virtual void ask_secret(const std::string& prompt, std::function<void(std::optional<std::string>)> then) = 0;
};

}  // namespace godwit::chat
