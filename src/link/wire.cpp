#include "link/wire.hpp"

#include "base/bytes.hpp"

namespace godwit::link {
namespace {

enum Kind : unsigned char {
  snapshot = 0x01,
  here = 0x02,
  gone = 0x03,
  pushed = 0x11,
  registered = 0x12,
  missed = 0x13
};

constexpr unsigned char kSkips = 0x01, kSameFrame = 0x02;
constexpr std::size_t kMostUser = 64, kMostDevice = 256, kMostPayload = 1024 * 1024;
constexpr std::uint8_t kText = 0x81, kBinary = 0x82;

std::unexpected<Error> malformed() { return fail(Code::malformed_request, "not a message of godwit-link.1"); }

void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

std::string_view text(ByteReader& in) { return in.bytes(in.varint()); }

/// How many of something follow; each has a byte at least. 0 where there cannot be so many.
std::size_t count(ByteReader& in) {
  const auto number = in.varint();
  if (number <= in.left()) return static_cast<std::size_t>(number);
  (void)in.bytes(number);  // is not there
  return 0;
}

/// Empty: malformed.
UserKey user(ByteReader& in) {
  const auto key = text(in);
  return UserKey(key.size() <= kMostUser ? key : std::string_view());
}

/// Pushes, front to back.
class PushReader {
 public:
  PushReader(ByteReader& in, const std::unordered_map<std::uint64_t, UserKey>& users, std::uint64_t last)
      : in_(in), users_(users), last_(last) {}

  /// False: malformed. A push whose users all left does not come.
  bool read(std::vector<Push>& out) {
    const auto flags = in_.byte();
    if ((flags & ~(kSkips | kSameFrame)) != 0) return false;
    Push push;
    if (!read_users(push) || ((flags & kSkips) != 0 && !read_skip(push))) return false;
    if ((flags & kSameFrame) == 0 && !read_frame()) return false;
    if (!frame_ || !in_.ok()) return false;
    push.frame = frame_;
    if (!push.user.empty() || push.users) out.push_back(std::move(push));
    return true;
  }

 private:
  /// nullptr: the number was never given, or its user left.
  const UserKey* find(bool& known) {
    const auto number = in_.varint();
    known = number > 0 && number <= last_;
    const auto found = users_.find(number);
    return found == users_.end() ? nullptr : &found->second;
  }

  bool read_users(Push& push) {
    const auto many = count(in_);
    if (many == 0) return false;
    std::vector<UserKey> users;
    for (std::size_t i = 0; i < many; ++i) {
      bool known = false;
      const auto* one = find(known);
      if (!known) return false;
      if (one != nullptr) users.push_back(*one);
    }
    if (users.size() == 1) push.user = std::move(users.front());
    if (users.size() > 1) push.users = std::make_shared<const std::vector<UserKey>>(std::move(users));
    return true;
  }

  bool read_skip(Push& push) {
    bool known = false;
    const auto* one = find(known);
    const auto device = text(in_);
    if (!known || !in_.ok() || device.size() > kMostDevice) return false;
    if (one != nullptr) push.skip_user = *one, push.skip_device = DeviceId(device);
    return true;
  }

  bool read_frame() {
    const auto first = in_.byte();
    const auto payload = text(in_);
    if (!in_.ok() || (first != kText && first != kBinary) || payload.size() > kMostPayload) return false;
    frame_ = net::SharedFrame::make(first, payload);
    return true;
  }

  ByteReader& in_;
  const std::unordered_map<std::uint64_t, UserKey>& users_;
  const std::uint64_t last_;
  net::SharedFrame frame_{};  ///< of the push before
};

}  // namespace

void NodeWire::give_number(const UserKey& user) {
  numbers_[user] = ++last_;
  users_[last_] = user;
}

void NodeWire::encode(const Up& message, std::string& out) {
  if (const auto* all = std::get_if<Snapshot>(&message)) {
    out += static_cast<char>(Kind::snapshot);
    put_varint(out, all->pushed);
    put_varint(out, all->users.size());
    for (const auto& one : all->users) put_text(out, one.str()), give_number(one);
  } else if (const auto* came = std::get_if<Here>(&message)) {
    out += static_cast<char>(Kind::here);
    put_varint(out, came->number);
    put_text(out, came->user.str());
    if (const auto before = numbers_.find(came->user); before != numbers_.end()) users_.erase(before->second);
    give_number(came->user);
  } else if (const auto found = numbers_.find(std::get<Gone>(message).user); found != numbers_.end()) {
    out += static_cast<char>(Kind::gone);
    put_varint(out, found->second);
    users_.erase(found->second);
    numbers_.erase(found);
  }
}

Result<std::vector<Down>> NodeWire::decode(std::string_view bytes) const {
  ByteReader in(bytes);
  std::vector<Down> messages;
  while (!in.empty()) {
    const auto kind = in.byte();
    if (kind == Kind::pushed) {
      Pushed message{.number = in.varint(), .batch = {}};
      auto batch = std::make_shared<std::vector<Push>>();
      PushReader pushes(in, users_, last_);
      for (auto left = count(in); left > 0; --left)
        if (!pushes.read(*batch)) return malformed();
      message.batch = std::move(batch);
      messages.emplace_back(std::move(message));
    } else if (kind == Kind::registered) {
      messages.emplace_back(Registered{.up_to = in.varint()});
    } else if (kind == Kind::missed) {
      messages.emplace_back(Missed{});
    } else {
      return malformed();
    }
    if (!in.ok()) return malformed();
  }
  return messages;
}

std::uint64_t DispatcherWire::number_of(const UserKey& user) const {
  const auto found = numbers_.find(user);
  return found == numbers_.end() ? 0 : found->second;
}

void DispatcherWire::learn(const UserKey& user) {
  if (const auto before = number_of(user); before != 0) users_.erase(before);
  numbers_[user] = ++last_;
  users_[last_] = user;
}

void DispatcherWire::encode(const Down& message, std::string& out) const {
  if (const auto* pushes = std::get_if<Pushed>(&message)) {
    encode_pushes(*pushes, out);
  } else if (const auto* registration = std::get_if<Registered>(&message)) {
    out += static_cast<char>(Kind::registered);
    put_varint(out, registration->up_to);
  } else {
    out += static_cast<char>(Kind::missed);
  }
}

void DispatcherWire::encode_pushes(const Pushed& message, std::string& out) const {
  out += static_cast<char>(Kind::pushed);
  put_varint(out, message.number);
  std::size_t pushes = 0;
  std::string body;
  const char* frame = nullptr;  ///< of the push before
  std::vector<std::uint64_t> to;
  for (const auto& push : *message.batch) {
    to.clear();
    const auto add = [&](const UserKey& user) {
      if (const auto number = number_of(user); number != 0) to.push_back(number);
    };
    if (!push.users) add(push.user);
    for (std::size_t i = 0; push.users && i < push.users->size(); ++i) add((*push.users)[i]);
    if (to.empty()) continue;
    const auto skip = push.skip_user.empty() ? 0 : number_of(push.skip_user);
    const bool same = push.frame.data() == frame;
    body += static_cast<char>((skip != 0 ? kSkips : 0) | (same ? kSameFrame : 0));
    put_varint(body, to.size());
    for (const auto number : to) put_varint(body, number);
    if (skip != 0) put_varint(body, skip), put_text(body, push.skip_device.str());
    if (!same) body += static_cast<char>(push.frame.first()), put_text(body, push.frame.payload());
    frame = push.frame.data();
    ++pushes;
  }
  put_varint(out, pushes);
  out += body;
}

Result<std::vector<Up>> DispatcherWire::decode(std::string_view bytes) {
  ByteReader in(bytes);
  std::vector<Up> messages;
  while (!in.empty()) {
    const auto kind = in.byte();
    if ((kind == Kind::snapshot) == snapshot_seen_) return malformed();
    if (kind == Kind::snapshot) {
      Snapshot message{.users = {}, .pushed = in.varint()};
      for (auto left = count(in); left > 0; --left) {
        message.users.push_back(user(in));
        if (message.users.back().empty()) return malformed();
        learn(message.users.back());
      }
      snapshot_seen_ = true;
      messages.emplace_back(std::move(message));
    } else if (kind == Kind::here) {
      Here message{.number = in.varint(), .user = {}};
      message.user = user(in);
      if (message.user.empty()) return malformed();
      learn(message.user);
      messages.emplace_back(std::move(message));
    } else if (kind == Kind::gone) {
      const auto found = users_.find(in.varint());
      if (found == users_.end()) return malformed();
      numbers_.erase(found->second);
      messages.emplace_back(Gone{.user = std::move(found->second)});
      users_.erase(found);
    } else {
      return malformed();
    }
    if (!in.ok()) return malformed();
  }
  return messages;
}

}  // namespace godwit::link
