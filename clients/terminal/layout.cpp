#include "clients/terminal/layout.hpp"

#include <algorithm>
#include <iterator>

#include "clients/terminal/columns.hpp"
#include "clients/terminal/describe.hpp"

namespace godwit::chat {
namespace {
constexpr int kMark = 3;  // columns behind a text for what became of it
constexpr Millis kSameBreath = 180'000;

/// What stands before a text: time, number, name; narrow terminals get less of it.
struct Margin {
  int time = 6, number = 5, name = 11;
  explicit Margin(int width) {
    if (width < 56) time = 0, name = 9;
    if (width < 40) number = 0, name = 7;
  }
  [[nodiscard]] int all() const { return time + number + name; }
};

unsigned hue_of(const std::string& key) {
  unsigned hue = 0;
  for (const char c : key) hue = hue * 31 + static_cast<unsigned char>(c);
  return hue;
}

std::string right_aligned(const std::string& text, int width) {
  const int missing = width - columns(text);
  return missing > 0 ? std::string(static_cast<std::size_t>(missing), ' ') + text : text;
}
std::string spaces(int count) { return std::string(static_cast<std::size_t>(std::max(0, count)), ' '); }

/// One message being laid out: what its rows need to know.
struct Block {
  std::string time, number, name, quote, text;
  bool own = false, first = true;  // first: with its name, not a further one in the same breath
  Style style = Style::normal;
  unsigned hue = 0;
  std::string mark;
  Style mark_style = Style::dim;
};

std::vector<Row> rows_of(const Block& block, int width) {
  const Margin margin(width);
  const int room = std::max(4, width - margin.all() - kMark);
  std::vector<Row> rows;
  const auto start = [&](bool head) {
    Row row;
    if (margin.time > 0) row.push_back({fit(head && block.first ? block.time : "", margin.time), Style::dim});
    if (margin.number > 0)
      row.push_back({head ? right_aligned(block.number, margin.number - 1) + ' ' : spaces(margin.number), Style::dim});
    row.push_back({fit(head && block.first ? cut(block.name, margin.name - 1) : "", margin.name),
                   block.own ? Style::own : Style::person, block.hue});
    return row;
  };
  if (!block.quote.empty()) {
    rows.push_back(start(true));
    rows.back().push_back({cut(block.quote, room + kMark), Style::dim});
  }
  for (auto& line : wrap(block.text, room)) {
    rows.push_back(start(rows.empty()));
    rows.back().push_back({std::move(line), block.style});
  }
  if (!block.mark.empty()) rows.back().push_back({' ' + block.mark, block.mark_style});
  return rows;
}

std::vector<Row> quiet_rows(const std::string& time, const std::string& text, int width, Style style = Style::system) {
  std::vector<Row> rows;
  const Margin margin(width);
  for (auto& line : wrap(text, std::max(4, width - margin.time - margin.number))) {
    const std::string before = rows.empty() && margin.time > 0 ? fit(time, margin.time) : spaces(margin.time);
    rows.push_back({{before + spaces(margin.number), Style::dim}, {std::move(line), style}});
  }
  return rows;
}

Row ruled(const std::string& text, int width, Style style) {
  const int side = std::max(0, (width - columns(text) - 2) / 2);
  std::string rule;
  for (int i = 0; i < side; ++i) rule += "─";
  return {{rule + ' ', Style::dim}, {cut(text, width - 2), style}, {' ' + rule, Style::dim}};
}

std::vector<Row> rows_of_frame(const Model& model, const Talk& talk, const Frame& frame, const Frame* before,
                               int width) {
  if (!is_chat(frame.type)) {
    const auto line = describe(frame, model);
    return line.empty() ? std::vector<Row>() : quiet_rows(clock_time(frame.time), line, width);
  }
  Block block;
  block.own = frame.sender == model.me();
  block.name = block.own ? "you" : printable(model.name_of(frame.sender, &talk));
  block.hue = hue_of(frame.sender);
  block.time = clock_time(frame.time);
  block.number = std::to_string(frame.seq);
  const bool same_breath = before != nullptr && before->sender == frame.sender && is_chat(before->type) &&
                           frame.time - before->time <= kSameBreath;
  block.first = !same_breath || !frame.reply_to.empty();
  block.quote = frame.recalled ? "" : quoted(frame, talk, model);
  block.text = frame.recalled ? "(taken back)" : printable(frame.text, true);
  block.style = frame.recalled ? Style::dim : Style::normal;
  if (block.own && !frame.recalled) block.mark = talk.peer_read >= frame.seq ? "✓✓" : "✓";
  return rows_of(block, width);
}

std::vector<Row> rows_of_outgoing(const Model& model, const Talk& talk, const Outgoing& message, int width) {
  Block block;
  block.own = true;
  block.name = "you";
  block.time = clock_time(message.written_at);
  block.text = printable(message.text, true);
  Frame as_frame;
  as_frame.reply_to = message.reply_to;
  block.quote = quoted(as_frame, talk, model);
  const bool failed = message.state == Outgoing::State::failed;
  block.style = failed ? Style::problem : Style::dim;
  block.mark = failed ? "✗" : message.state == Outgoing::State::sending ? "↑" : "…";
  block.mark_style = block.style;
  auto rows = rows_of(block, width);
  if (failed) {
    for (auto& row : quiet_rows("", "not sent: " + message.why + " (/retry, /retry drop)", width, Style::problem))
      rows.push_back(std::move(row));
  }
  return rows;
}

class Builder {
 public:
  Builder(const Model& model, const Talk& talk, const LayoutOptions& options)
      : model_(model), talk_(talk), options_(options) {}

  Layout build() {
    const auto& queue = model_.queue().all();
    for (auto at = queue.rbegin(); at != queue.rend() && !full(); ++at) {
      if (at->conversation == talk_.name) put_above(rows_of_outgoing(model_, talk_, *at, options_.width));
    }
    const auto& frames = talk_.timeline.frames();
    const auto first = frames.upper_bound(options_.after);
    auto at = frames.end();
    while (at != first && !full()) {
      --at;
      put_frame(at->second, at == frames.begin() ? nullptr : &std::prev(at)->second);
    }
    layout_.top = at == first;
    std::ranges::reverse(layout_.rows);
    return std::move(layout_);
  }

 private:
  [[nodiscard]] bool full() const { return layout_.rows.size() >= options_.most; }
  void put_above(std::vector<Row> rows) {
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) layout_.rows.push_back(std::move(*row));
  }
  void put_frame(const Frame& frame, const Frame* before) {
    const std::string day = calendar_day(frame.time);
    const bool new_day = before == nullptr || calendar_day(before->time) != day;
    const bool gap = before != nullptr && !talk_.timeline.joined(before->seq, frame.seq);
    const bool first_new = options_.new_above != 0 && frame.seq > options_.new_above &&
                           (before == nullptr || before->seq <= options_.new_above);
    put_above(rows_of_frame(model_, talk_, frame, new_day || gap || first_new ? nullptr : before, options_.width));
    if (first_new) put_above({ruled("new", options_.width, Style::unread)});
    if (gap) put_above(quiet_rows("", "⋯", options_.width));
    if (new_day) put_above({ruled(day, options_.width, Style::day)});
  }

  const Model& model_;
  const Talk& talk_;
  const LayoutOptions& options_;
  Layout layout_;
};
}  // namespace

Layout lay_out(const Model& model, const Talk& talk, const LayoutOptions& options) {
  return Builder(model, talk, options).build();
}

Row list_row(const Model& model, const Talk& talk, int width, bool selected) {
  const bool here = talk.direct() && model.online(talk.other.key);
  const bool news = talk.name == "s:" && std::max(talk.head, talk.timeline.highest()) > talk.read;
  const std::string count = talk.unread > 99 ? "99+" : talk.unread > 0 ? std::to_string(talk.unread) : news ? "•" : "";
  const int tail = count.empty() ? 0 : columns(count) + 1;
  const Style style = selected ? Style::selected : talk.unread > 0 || news ? Style::bold : Style::normal;
  Row row;
  row.push_back({here ? "● " : "  ", selected ? Style::selected : Style::online});
  row.push_back({fit(printable(model.title(talk)), width - 2 - tail), style});
  if (tail > 0) row.push_back({' ' + count, selected ? Style::selected : Style::unread});
  return row;
}

}  // namespace godwit::chat
