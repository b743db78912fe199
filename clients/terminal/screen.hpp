#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "clients/terminal/client.hpp"
#include "clients/terminal/interpreter.hpp"
#include "clients/terminal/line_editor.hpp"
#include "clients/terminal/signals.hpp"
#include "clients/terminal/terminal.hpp"

namespace godwit::chat {

/// The client on a whole terminal: conversations on the left, the open one on the right, a status line and the line
/// being written below. Everything is drawn anew from the model after anything changed; ncurses sends the difference.
class Screen final : public Front {
 public:
  Screen(Client& client, Signals& signals);
  /// Until the person leaves; the exit status of chat::main.
  int run();

  void say(const std::string& line) override;
  void complain(const std::string& line) override;
  void not_opened() override {}  // one sees where one still is
  void show(const std::string& title, const std::vector<std::string>& lines) override;
  void arrived(const Frame& frame) override;
  void changed() override { stale_ = true; }
  void show_history(std::size_t count) override;
  void ask_secret(const std::string& prompt, std::function<void(std::optional<std::string>)> then) override;

 private:
  // screen_keys.cpp
  void on_signal(int signal);
  void on_key(const Key& key);
  bool on_editing(const Key& key);
  bool on_moving(const Key& key);
  void on_paste(const Key& key);
  void on_enter();
  void on_interrupt();
  void on_tab(int step);
  void switch_talk(int step);
  void scroll_up();
  void scroll_down();

  // screen.cpp
  void draw();
  void draw_header(int width);
  void draw_list(int top, int height);
  void draw_talk(int top, int height);
  void draw_panel(int top, int height);
  void draw_welcome(int top, int height);
  void draw_hint(int y);
  void draw_status(int y);
  void draw_input(int y);
  void follow_growth(const Talk& talk, int width);
  [[nodiscard]] int list_width() const;
  [[nodiscard]] int talk_left() const { return list_width() == 0 ? 0 : list_width() + 2; }
  [[nodiscard]] int talk_width() const { return terminal_.width() - talk_left(); }
  [[nodiscard]] int body_height() const { return terminal_.rows() - 4; }
  void entered_talk();

  struct Panel {
    std::string title;
    std::vector<std::string> lines;
    std::size_t first = 0;
  };
  struct Secret {
    std::string prompt;
    std::function<void(std::optional<std::string>)> then;
    LineEditor editor;
  };

  Client& client_;
  Signals& signals_;
  Terminal terminal_;
  Interpreter interpreter_;
  LineEditor editor_;
  std::optional<Panel> panel_;
  std::optional<Secret> secret_;
  std::string toast_;
  bool toast_bad_ = false, stale_ = true, interrupted_ = false;
  Millis toast_until_ = 0, drawn_at_ = 0;
  std::string shown_talk_;
  Seq new_above_ = 0;  // what was read when the conversation was entered
  Seq bottom_ = 0;     // the newest message that was drawn
  int scroll_ = 0;     // rows up from the newest
  std::size_t list_first_ = 0;
  bool at_top_ = false;
  int signal_ = 0;
};

}  // namespace godwit::chat
