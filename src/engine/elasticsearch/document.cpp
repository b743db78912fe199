#include "engine/elasticsearch/document.hpp"

#include <sodium.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/log.hpp"
#include "domain/folding.hpp"
#include "domain/search_terms.hpp"
#include "engine/elasticsearch/answers.hpp"
#include "wire/record.hpp"

namespace godwit::engine::elasticsearch {

namespace json = boost::json;

namespace {

std::string base64(std::string_view bytes) {
  std::string out(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();  // the NUL
  return out;
}

Result<std::string> from_base64(std::string_view text) {
  std::string out(text.size() / 4 * 3, '\0');
  std::size_t size = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), text.data(), text.size(), nullptr,
                        &size, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0)
    return fail(Code::unavailable, "a record that is no base64");
  out.resize(size);
  return out;
}

void append_texts(std::string& out, std::string_view name, const std::vector<UserKey>& keys) {
  if (keys.empty()) return;
  out.append(",\"").append(name).append("\":[");
  for (const auto& key : keys) {
    if (out.back() != '[') out += ',';
    append_json_string(out, key.str());
  }
  out += ']';
}

std::string terms_of(std::string_view text) {
  std::string terms;
  for_each_term(text, [&](std::string_view term) {
    if (!terms.empty()) terms += ' ';
    terms += term;
    return true;
  });
  return terms;
}

json::object keyword(bool sorted) { return {{"type", "keyword"}, {"doc_values", sorted}}; }

}  // namespace

/// `terms` is not kept: the text itself is in `record`, and nowhere else.
std::string definition(const std::string& alias, std::size_t shards, std::size_t replicas) {
  json::object fields{{"id", keyword(true)},
                      {"conversation", keyword(true)},
                      {"seq", {{"type", "long"}}},
                      {"time", {{"type", "long"}}},
                      {"chat", {{"type", "boolean"}, {"doc_values", false}}},
                      {"sender", keyword(false)},
                      {"people", keyword(false)},
                      {"joined", keyword(false)},
                      {"left", keyword(false)},
                      {"terms", {{"type", "text"}, {"analyzer", "whitespace"}, {"norms", false}}},
                      {"awaited", {{"type", "boolean"}, {"index", false}, {"doc_values", false}}},
                      {"record", {{"type", "binary"}}}};
  json::object mappings{{"dynamic", "strict"},
                        {"_meta", {{"godwit_archive", kIndexVersion}, {"folding", folding_version()}}},
                        {"_source", {{"excludes", json::array{"terms"}}}},
                        {"properties", std::move(fields)}};
  json::object settings{{"number_of_shards", shards},
                        {"number_of_replicas", replicas},
                        {"refresh_interval", "30s"},  // readers ask for what they need (refresher.hpp)
                        {"translog.durability", "request"}};
  json::object whole{{"settings", {{"index", std::move(settings)}}}, {"mappings", std::move(mappings)}};
  if (!alias.empty()) whole["aliases"] = json::object{{alias, json::object()}};
  return json::serialize(whole);
}

std::string document_of(const Message& message) {
  std::string out = "{\"id\":";
  append_json_string(out, message.id.str());
  out += ",\"conversation\":";
  append_json_string(out, message.conversation.name());
  out += ",\"seq\":" + std::to_string(message.seq) + ",\"time\":" + std::to_string(message.time);
  if (is_chat(message.type)) {
    out += ",\"chat\":true,\"sender\":";
    append_json_string(out, message.sender);
  }
  append_texts(out, "people", message.conversation.people());
  append_texts(out, "joined", message.joined);
  append_texts(out, "left", message.left);
  if (is_chat(message.type) && !message.recalled) {
    out += ",\"terms\":";
    append_json_string(out, terms_of(message.text));
  }
  return out += ",\"record\":\"" + base64(wire::encode_record(message)) + "\"}";
}

std::string awaited_document() { return R"({"awaited":true})"; }

Result<MessagePtr> message_of(const json::value& source) {
  if (at(source, "/awaited") != nullptr) return MessagePtr();
  TRY(const auto record, from_base64(text_at(source, "/record")));
  auto message = wire::decode_record(record);
  if (!message) return fail(Code::unavailable, "a stored message is damaged: " + message.error().detail);
  return std::make_shared<const Message>(std::move(*message));
}

}  // namespace godwit::engine::elasticsearch
