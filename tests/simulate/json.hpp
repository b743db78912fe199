#pragma once
#include <boost/json.hpp>
#include <optional>
#include <string>

#include "simulate/record.hpp"

/// Reading what the server says, with a library and without a line of the server's.
namespace godwit::simulate {

inline std::string text_of(const boost::json::object& json, const char* name) {
  const auto* const found = json.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}
inline std::int64_t number_of(const boost::json::object& json, const char* name) {
  const auto* const found = json.if_contains(name);
  return found != nullptr && found->is_number() ? found->to_number<std::int64_t>() : 0;
}
inline std::string quoted(const std::string& text) { return boost::json::serialize(boost::json::string(text)); }

/// The name that everybody has for what `viewer` calls `seen`.
inline std::string everybodys_name(const std::string& viewer, const std::string& seen) {
  if (seen == "s:") return "s:" + viewer;
  if (!seen.starts_with("u:")) return seen;
  const auto other = seen.substr(2);
  return viewer < other ? "u:" + viewer + ":" + other : "u:" + other + ":" + viewer;
}

/// A kept frame; nullopt for every other one.
inline std::optional<Frame> read_frame(const std::string& viewer, const boost::json::object& json) {
  Frame frame;
  frame.id = text_of(json, "id");
  if (frame.id.empty() || json.if_contains("seq") == nullptr) return std::nullopt;
  frame.type = static_cast<int>(number_of(json, "type"));
  frame.conversation = everybodys_name(viewer, text_of(json, "conversation"));
  frame.sender = text_of(json, "msgSender");
  frame.receiver = text_of(json, "msgReceiver");
  frame.text = text_of(json, "msg");
  frame.client_id = text_of(json, "clientId");
  frame.change = text_of(json, "change");
  frame.group = text_of(json, "group");
  frame.request = text_of(json, "request");
  frame.seq = static_cast<Seq>(number_of(json, "seq"));
  frame.time = number_of(json, "time");
  const auto* const recalled = json.if_contains("recalled");
  frame.recalled = recalled != nullptr && recalled->is_bool() && recalled->as_bool();
  if (const auto* const target = json.if_contains("target"); target != nullptr && target->is_object()) {
    frame.target = text_of(target->as_object(), "id");
    frame.target_seq = static_cast<Seq>(number_of(target->as_object(), "seq"));
  } else {
    frame.target = text_of(json, "target");
  }
  return frame;
}

}  // namespace godwit::simulate
