#include <algorithm>
#include <csignal>

#include "clients/terminal/columns.hpp"
#include "clients/terminal/screen.hpp"
#include "base/utf8.hpp"

namespace godwit::chat {
using Kind = Key::Kind;

void Screen::on_signal(int signal) {
  stale_ = true;
  if (signal == SIGWINCH) return terminal_.fit_window();
  if (signal == SIGTSTP) return terminal_.suspend();
  signal_ = signal;
}

void Screen::on_key(const Key& key) {
  if (key.kind == Kind::nothing) return;
  stale_ = true;
  if (key.kind == Kind::interrupt) return on_interrupt();
  interrupted_ = false;
  if (key.kind == Kind::paste) return on_paste(key);
  if (on_editing(key) || on_moving(key)) return;
  switch (key.kind) {
    case Kind::enter: return on_enter();
    case Kind::tab: return on_tab(1);
    case Kind::back_tab: return on_tab(-1);
    case Kind::redraw: return terminal_.redraw();
    case Kind::suspend: return terminal_.suspend();
    case Kind::end_of_input: return editor_.empty() && !secret_ ? interpreter_.line("/quit") : void();
    case Kind::nth: return interpreter_.open(std::string(1, static_cast<char>(key.c)));
    case Kind::escape:
      if (secret_) {
        auto then = std::move(secret_->then);
        secret_.reset();
        then(std::nullopt);
      } else if (panel_) {
        panel_.reset();
      } else {
        scroll_ = 0;
        toast_.clear();
      }
      return;
    default: return;
  }
}

/// Keys that change the line; true: it was one.
bool Screen::on_editing(const Key& key) {
  LineEditor& editor = secret_ ? secret_->editor : editor_;
  switch (key.kind) {
    case Kind::character:
      if (!editor.insert(key.c))
        complain("a message holds no more than that");
      else if (!secret_ && editor.text().front() != '/')
        client_.types();
      return true;
    case Kind::new_line: (void)editor.insert(U'\n'); return true;
    case Kind::erase_left: editor.erase_left(); return true;
    case Kind::erase_right: editor.erase_right(); return true;
    case Kind::erase_word: editor.erase_word_left(); return true;
    case Kind::erase_to_start: editor.erase_to_start(); return true;
    case Kind::erase_to_end: editor.erase_to_end(); return true;
    default: return false;
  }
}

bool Screen::on_moving(const Key& key) {
  LineEditor& editor = secret_ ? secret_->editor : editor_;
  switch (key.kind) {
    case Kind::left: editor.left(); return true;
    case Kind::right: editor.right(); return true;
    case Kind::word_left: editor.word_left(); return true;
    case Kind::word_right: editor.word_right(); return true;
    case Kind::home: editor.home(); return true;
    case Kind::end: editor.end(); return true;
    case Kind::up: editor.older(); return true;
    case Kind::down: editor.newer(); return true;
    case Kind::page_up: scroll_up(); return true;
    case Kind::page_down: scroll_down(); return true;
    case Kind::next: switch_talk(1); return true;
    case Kind::previous: switch_talk(-1); return true;
    default: return false;
  }
}

void Screen::on_paste(const Key& key) {
  std::u32string text = key.text;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  LineEditor& editor = secret_ ? secret_->editor : editor_;
  if (!editor.insert(text)) complain("too long for one message (8,192 bytes); nothing was pasted");
}

void Screen::on_enter() {
  if (secret_) {
    auto then = std::move(secret_->then);
    const std::string text = secret_->editor.take(false);
    secret_.reset();
    return then(text.empty() ? std::nullopt : std::optional(text));
  }
  toast_.clear();
  panel_.reset();
  const std::string line = editor_.take();
  if (!line.empty() && line.front() != '/') scroll_ = 0, new_above_ = 0;
  interpreter_.line(line);
}

/// First a line being written goes; on an empty line a second time in a row leaves.
void Screen::on_interrupt() {
  if (secret_) {
    auto then = std::move(secret_->then);
    secret_.reset();
    return then(std::nullopt);
  }
  if (!editor_.empty()) return editor_.clear();
  if (interrupted_) return client_.leave();
  interrupted_ = true;
  say("Ctrl-C again leaves");
}

void Screen::on_tab(int step) {
  const std::string line = encode_utf8(editor_.text());
  if (!line.starts_with('/')) return switch_talk(step);
  editor_.set(decode_utf8(complete_command(line)));
}

void Screen::switch_talk(int step) {
  const auto& model = client_.model();
  const auto talks = model.listed();
  if (talks.empty()) return;
  const auto count = static_cast<int>(talks.size());
  const auto at = static_cast<int>(std::ranges::find(talks, model.open(), &Talk::name) - talks.begin());
  const int to = at == count ? (step > 0 ? 0 : count - 1) : (at + step + count) % count;
  client_.open(talks[static_cast<std::size_t>(to)]->name);
}

void Screen::scroll_up() {
  const int page = std::max(1, body_height() - 2);
  if (panel_) {
    panel_->first -= std::min(panel_->first, static_cast<std::size_t>(page));
    return;
  }
  scroll_ += page;
  // What is above may not be here yet: it is asked for a page early, and the next PgUp finds it.
  const Talk* talk = client_.model().find(client_.model().open());
  if (talk == nullptr) return;
  const auto wanted = static_cast<std::size_t>(scroll_ + 2 * body_height());
  const auto above = lay_out(client_.model(), *talk, {.width = talk_width(), .most = wanted, .new_above = new_above_});
  if (above.top) client_.load_older(100, false);
}

void Screen::scroll_down() {
  const int page = std::max(1, body_height() - 2);
  if (panel_)
    panel_->first += static_cast<std::size_t>(page);
  else
    scroll_ = std::max(0, scroll_ - page);
}

}  // namespace godwit::chat
