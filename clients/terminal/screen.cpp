#include "clients/terminal/screen.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "clients/terminal/columns.hpp"
#include "clients/terminal/describe.hpp"

namespace godwit::chat {
namespace {
constexpr Millis kToast = 8'000;
}  // namespace

Screen::Screen(Client& client, Signals& signals) : client_(client), signals_(signals), interpreter_(client, *this) {}

int Screen::run() {
  while (!client_.left() && signal_ == 0) {
    if (stale_) draw();
    std::array<pollfd, 3> ready{{{STDIN_FILENO, POLLIN, 0}, {client_.fd(), POLLIN, 0}, {signals_.fd(), POLLIN, 0}}};
    ::poll(ready.data(), ready.size(), client_.wait_ms());
    while (const int signal = signals_.next()) on_signal(signal);
    if ((ready[0].revents & (POLLHUP | POLLERR)) != 0 && (ready[0].revents & POLLIN) == 0) break;
    while (const auto key = terminal_.read()) on_key(*key);
    client_.run();
    client_.tick();
    // Time passes on the screen too: countdowns, who is typing, hints that go.
    if (client_.now() - drawn_at_ >= 1000) stale_ = true;
  }
  if (signal_ != 0) return 128 + signal_;
  return client_.status().state == Status::State::ended ? 1 : 0;
}

void Screen::say(const std::string& line) {
  toast_ = printable(line);
  toast_bad_ = false;
  toast_until_ = client_.now() + kToast;
  stale_ = true;
}
void Screen::complain(const std::string& line) {
  say(line);
  toast_bad_ = true;
}
void Screen::show(const std::string& title, const std::vector<std::string>& lines) {
  panel_ = Panel{printable(title), {}, 0};
  for (const auto& line : lines) panel_->lines.push_back(printable(line));
  stale_ = true;
}
void Screen::arrived(const Frame& frame) {
  stale_ = true;
  const bool asks =
      frame.type == Type::friend_request || frame.type == Type::join_request || frame.type == Type::friend_approved;
  if ((asks || frame.type == Type::notice) && client_.model().open() != frame.conversation)
    say(describe(frame, client_.model()));
}
void Screen::show_history(std::size_t count) {
  scroll_ += static_cast<int>(std::min<std::size_t>(count, 100));
  stale_ = true;
}
void Screen::ask_secret(const std::string& prompt, std::function<void(std::optional<std::string>)> then) {
  secret_.emplace(prompt, std::move(then), LineEditor());
  stale_ = true;
}

int Screen::list_width() const {
  const int width = terminal_.width();
  return width < 60 ? 0 : std::clamp(width / 4, 18, 30);
}

void Screen::draw() {
  stale_ = false;
  drawn_at_ = client_.now();
  if (client_.now() >= toast_until_) toast_.clear();
  terminal_.clear();
  const int rows = terminal_.rows();
  if (rows < 6 || terminal_.width() < 20) {
    terminal_.put(0, 0, {{"a larger window, please", Style::normal}}, terminal_.width());
    terminal_.cursor(0, -1);
    return terminal_.flush();
  }
  entered_talk();
  draw_header(terminal_.width());
  draw_list(1, body_height());
  if (panel_)
    draw_panel(1, body_height());
  else if (client_.model().open().empty())
    draw_welcome(1, body_height());
  else
    draw_talk(1, body_height());
  draw_hint(rows - 3);
  draw_status(rows - 2);
  draw_input(rows - 1);
  terminal_.flush();
}

/// Notices that another conversation is shown now: from its end, with the line above what is new.
void Screen::entered_talk() {
  const auto& model = client_.model();
  if (model.open() == shown_talk_) return;
  shown_talk_ = model.open();
  scroll_ = 0;
  bottom_ = 0;
  panel_.reset();
  const Talk* talk = model.find(shown_talk_);
  new_above_ = talk != nullptr && talk->unread > 0 ? talk->read : 0;
}

void Screen::draw_header(int width) {
  const auto& model = client_.model();
  std::string title = " godwit";
  const Talk* talk = model.find(model.open());
  if (talk != nullptr && !model.open().empty()) {
    title = printable(model.title(*talk));
    if (talk->direct() && model.title(*talk) != talk->other.key) title += " (" + talk->other.key + ")";
    if (talk->direct())
      title += model.online(talk->other.key)               ? "  ● here"
               : model.friends().contains(talk->other.key) ? ""
                                                           : "  not a friend";
    const auto group = talk->group() ? model.groups().find(talk->other.key) : model.groups().end();
    if (talk->group() && group == model.groups().end())
      title += "  you are not in it";
    else if (talk->group())
      title += "  " + std::to_string(group->second.member_count) +
               (group->second.member_count == 1 ? " member" : " members");
    title = (list_width() > 0 ? fit(" godwit", list_width()) + "  " : " ") + title;
  }
  terminal_.put(0, 0, {{title, Style::bar}}, width, Style::bar);
}

void Screen::draw_list(int top, int height) {
  const int width = list_width();
  if (width == 0) return;
  const auto& model = client_.model();
  const auto talks = model.listed();
  const auto room = static_cast<std::size_t>(height);
  const auto open = static_cast<std::size_t>(std::ranges::find(talks, model.open(), &Talk::name) - talks.begin());
  if (open < talks.size())
    list_first_ = open < list_first_ ? open : open >= list_first_ + room ? open - room + 1 : list_first_;
  list_first_ = std::min(list_first_, talks.size() > room ? talks.size() - room : 0);
  for (int i = 0; i < height; ++i) {
    const std::size_t at = list_first_ + static_cast<std::size_t>(i);
    if (at < talks.size()) terminal_.put(top + i, 0, list_row(model, *talks[at], width, at == open), width);
    terminal_.put(top + i, width, {{"│", Style::dim}}, 1);
  }
}

/// Who reads further up stays there while messages come in below.
void Screen::follow_growth(const Talk& talk, int width) {
  const Seq highest = talk.timeline.highest();
  if (scroll_ > 0 && bottom_ != 0 && highest > bottom_) {
    const auto below =
        lay_out(client_.model(), talk, {.width = width, .most = 1000, .new_above = new_above_, .after = bottom_});
    scroll_ += static_cast<int>(below.rows.size());
  }
  bottom_ = highest;
}

void Screen::draw_talk(int top, int height) {
  const Talk& talk = client_.model().at(client_.model().open());
  const int width = talk_width();
  follow_growth(talk, width);
  const auto wanted = static_cast<std::size_t>(height + scroll_);
  const auto [rows, at_top] =
      lay_out(client_.model(), talk, {.width = width, .most = wanted, .new_above = new_above_, .after = 0});
  const int count = static_cast<int>(rows.size());
  scroll_ = std::clamp(scroll_, 0, std::max(0, count - height));
  at_top_ = at_top && count - height <= scroll_;
  const int last = count - scroll_;
  const int first = std::max(0, last - height);
  for (int i = first; i < last; ++i)
    terminal_.put(top + height - (last - i), talk_left(), rows[static_cast<std::size_t>(i)], width);
  if (count == 0) {
    const std::string hint = client_.loading()   ? "…"
                             : talk.name == "s:" ? "Requests and notices come here."
                                                 : "Nothing was said here yet.";
    terminal_.put(top + height - 1, talk_left(), {{hint, Style::dim}}, width);
  }
  if (at_top_ && !client_.loading() && !talk.loaded) client_.load_older(50, false);
  if (scroll_ == 0 && client_.synced()) client_.saw(std::max(talk.timeline.highest(), talk.loaded ? talk.head : 0));
}

void Screen::draw_panel(int top, int height) {
  const int width = talk_width();
  std::vector<std::string> lines;
  for (const auto& line : panel_->lines) {
    bool further = false;
    for (const auto& part : wrap(line, std::max(4, width - 4))) {
      lines.push_back((further ? "    " : "  ") + part);
      further = true;
    }
  }
  const auto room = static_cast<std::size_t>(std::max(1, height - 2));
  panel_->first = std::min(panel_->first, lines.size() > room ? lines.size() - room : 0);
  terminal_.put(top, talk_left(), {{panel_->title, Style::bold}, {"   Esc closes", Style::dim}}, width);
  for (std::size_t i = 0; i < room && panel_->first + i < lines.size(); ++i) {
    terminal_.put(top + 1 + static_cast<int>(i), talk_left(), {{lines[panel_->first + i], Style::normal}}, width);
  }
  const std::size_t below = lines.size() - std::min(lines.size(), panel_->first + room);
  if (below > 0)
    terminal_.put(top + height - 1, talk_left(), {{"  " + std::to_string(below) + " more, PgDn", Style::dim}}, width);
}

void Screen::draw_welcome(int top, int height) {
  const auto& model = client_.model();
  const std::string& name = client_.account().user.name;
  std::vector<Row> rows{{{"Welcome, " + printable(name), Style::bold}}, {}};
  if (!client_.synced())
    rows.push_back({{"Looking for what came while you were away …", Style::dim}});
  else if (model.listed().empty())
    rows.push_back({{"Nobody here yet.", Style::normal}});
  rows.push_back({{"/add KEY", Style::bold}, {"     ask somebody to be your friend", Style::normal}});
  rows.push_back({{"/open KEY", Style::bold}, {"    talk", Style::normal}});
  rows.push_back({{"Tab", Style::bold}, {"          the next conversation", Style::normal}});
  rows.push_back({{"/help", Style::bold}, {"        everything else", Style::normal}});
  const int first = top + std::max(0, (height - static_cast<int>(rows.size())) / 3);
  for (std::size_t i = 0; i < rows.size() && static_cast<int>(i) < height; ++i) {
    terminal_.put(first + static_cast<int>(i), talk_left() + 3, rows[i], std::max(1, talk_width() - 4));
  }
}

/// What just happened, else who is typing, else that more is below.
void Screen::draw_hint(int y) {
  Row row;
  const Talk* talk = client_.model().find(client_.model().open());
  const auto typing = talk == nullptr ? std::vector<std::string>() : client_.model().typing(*talk, client_.now());
  if (!toast_.empty()) {
    row.push_back({toast_, toast_bad_ ? Style::problem : Style::system});
  } else if (scroll_ > 0 && !panel_) {
    const bool beginning = at_top_ && talk != nullptr && talk->timeline.oldest_joined() <= 1;
    row.push_back({beginning ? "the beginning" : "↓ newer messages below: PgDn, Esc", Style::dim});
  } else if (!typing.empty()) {
    std::string names;
    for (const auto& name : typing) names += (names.empty() ? "" : ", ") + name;
    if (typing.size() > 3) names = "several people";
    row.push_back({printable(names) + (typing.size() == 1 ? " is typing …" : " are typing …"), Style::dim});
  } else if (client_.busy()) {
    row.push_back({"…", Style::dim});
  }
  if (list_width() > 0) terminal_.put(y, list_width(), {{"│", Style::dim}}, 1);
  terminal_.put(y, talk_left(), row, talk_width());
}

void Screen::draw_status(int y) {
  const auto& status = client_.status();
  std::string how;
  switch (status.state) {
    case Status::State::connecting: how = "connecting …"; break;
    case Status::State::online: how = client_.synced() ? "connected" : "reading what came …"; break;
    case Status::State::waiting:
      how = status.why + "; again in " +
            std::to_string(std::max<Millis>(0, status.until - client_.now() + 999) / 1000) + " s";
      break;
    case Status::State::ended: how = status.why; break;
  }
  const auto unsent = client_.model().queue().unsent();
  if (unsent > 0 && status.state != Status::State::online)
    how += " · " + std::to_string(unsent) + " waiting to be sent";
  const std::string me = ' ' + client_.account().user.key + '@' + client_.account().server.host + ':' +
                         client_.account().server.port + " · ";
  terminal_.put(y, 0, {{me, Style::bar}, {printable(how), Style::bar}}, terminal_.width(), Style::bar);
}

void Screen::draw_input(int y) {
  const std::string prompt = secret_ ? secret_->prompt : "> ";
  const int room = std::max(4, terminal_.width() - columns(prompt) - 1);
  const auto [text, cursor] = secret_ ? secret_->editor.window(room, true) : editor_.window(room);
  terminal_.put(y, 0, {{prompt, Style::dim}, {printable(text), Style::normal}}, terminal_.width() - 1);
  terminal_.cursor(y, columns(prompt) + cursor);
}

}  // namespace godwit::chat
