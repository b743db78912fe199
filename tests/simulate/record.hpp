#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "simulate/scheduler.hpp"

/// What the simulated people did and saw, and when: all that the oracle is told. Times are true times; `answered` 0
/// means that no answer came. Conversations have one name for everybody: "u:<a>:<b>" (a < b), "g:<key>", "s:<user>".
namespace godwit::simulate {

using Seq = std::uint64_t;

/// A kept frame as it was shown to somebody.
struct Frame {
  int type = 0;
  std::string id, conversation, sender, receiver, text, client_id, change, target, group, request;
  Seq seq = 0, target_seq = 0;
  std::int64_t time = 0;
  bool recalled = false;
};

struct Device {  // names one
  std::string user, device;
  friend auto operator<=>(const Device&, const Device&) = default;
};

enum class Source : char { push, inbox, history, search, list };

struct Sighting {
  Device by;
  Source source;
  Time asked, came;  ///< a push was never asked for: both are when it came
  Frame frame;
};

/// An id came up on a device for the first time; what was only scrolled to does not count.
struct Shown {
  Device by;
  std::string id;
  Time came = 0;
};

struct Sent {
  Device by;
  std::string client_id, conversation, text;
  Time asked = 0, answered = 0;
  int status = 0;
  std::string id;
  Seq seq = 0;
  std::int64_t time = 0;
};

struct Pulled {
  Device by;
  Time asked = 0, answered = 0;
  bool complete = true;
  std::set<std::string> ids;
  std::map<std::string, Seq> acked;  ///< what this device had said by then, answered or not
};

struct HistoryRead {
  std::string user, conversation;
  Time asked = 0, answered = 0;
  Seq above = 0;   ///< everything above this one …
  Seq up_to = 0;   ///< … and up to this one (0: to the end) is in it
  std::set<std::string> ids;
};

struct Acked {
  Device by;
  std::string conversation;
  Seq seq = 0;
  Time said = 0;
};

struct Recalled {
  std::string user, id;
  Time answered = 0;
};

struct LoggedIn {
  Device by;
  Time answered = 0;
};
struct SessionEnd {
  std::string session;
  Time answered = 0;
};
/// One attempt to do something with the token of a session.
struct TokenUse {
  std::string session;
  Time asked = 0;
  int status = 0;
};
struct SocketLife {
  Device by;
  std::string session;
  Time began = 0, ended = 0;  ///< 201 came; 0: it is open
};

struct GroupMade {
  std::string key, owner;
  std::set<std::string> members;  ///< with the owner
};

struct BlockChange {
  std::string by, whom;
  Time asked = 0, answered = 0;  ///< answered 2xx
  bool on = false;
};
/// Somebody did something that may have made or ended a friendship.
struct TieMoved {
  std::string user;
  Time ended = 0;
};
struct ReadMoved {
  std::string user, conversation;
  Seq seq = 0;
  Time asked = 0;
};

/// How one device stood when everything had come to rest.
struct AtRest {
  Device by;
  bool connected = false;
  std::string session;
  std::map<std::string, Seq> newest;        ///< shown, by conversation
  std::set<std::string> shown;              ///< ids
  std::map<std::string, bool> presence;     ///< as 304 told it
  std::map<std::string, bool> friends;      ///< GET /v1/friends: online
  std::map<std::string, Seq> heads, reads;  ///< GET /v1/conversations
  std::map<std::string, std::uint64_t> unread;
  std::map<std::string, std::vector<Frame>> history;  ///< whole, by conversation
  std::vector<std::string> failed;          ///< calls that gave no answer although all was well
};

struct Record {
  std::vector<Sighting> sightings;
  std::vector<Shown> shown;
  std::vector<Sent> sends;
  std::vector<Pulled> pulls;
  std::vector<HistoryRead> reads;
  std::vector<Acked> acks;
  std::vector<Recalled> recalls;
  std::vector<LoggedIn> logins;
  std::vector<SessionEnd> ends;
  std::vector<TokenUse> uses;
  std::vector<SocketLife> sockets;
  std::vector<GroupMade> groups;
  std::vector<BlockChange> blocks;
  std::vector<TieMoved> ties;
  std::vector<ReadMoved> moved;
  std::vector<AtRest> at_rest;
  Time rest = 0;  ///< when everybody began to look around
};

}  // namespace godwit::simulate
