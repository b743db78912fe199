#include "app/maintenance/migration_source.hpp"

#include <filesystem>

#include "app/maintenance/at_rest.hpp"
#include "app/maintenance/carriers.hpp"
#include "app/maintenance/dead_letter_id.hpp"
#include "engine/rocksdb/epoch.hpp"

namespace godwit::app {
namespace {

namespace fs = std::filesystem;

Result<void> check_there(const DataPaths& paths) {
  for (const auto& part : {paths.accounts(), paths.archive(), paths.messages(), paths.signing_key()}) {
    std::error_code problem;
    if (!fs::exists(part, problem))
      return fail(Code::bad_parameter,
                  paths.root.string() + " is no data directory of godwit: " + part + " is missing");
  }
  return {};
}

Result<void> refuse_dead_letters(dispatch::DeadLetters& letters) {
  TRY(const auto some, sync_wait(letters.list(std::nullopt, 1)));
  if (some.empty()) return {};
  return fail(Code::bad_parameter, "there are dead letters, " + id_of(some.front().place) +
                                       " among them: they belong to the log of this directory and cannot be moved. "
                                       "Replay them on its running server, or drop them (`godwit admin dead-letters`)");
}

/// As a start of the server does: its files are brought to the newest form, its consumers take what its log still has.
Result<void> bring_to_rest(const std::string& data) {
  TRY(const auto opened, AtRest::open(data));
  TRY(const auto key, user::load_or_make_signing_key(opened->engines->paths().signing_key(), opened->random));
  CHECK_OK(refuse_dead_letters(opened->engines->messages().dead_letters()));
  {
    Carriers carriers({.config = opened->config, .engines = *opened->engines, .key = key, .with = opened->with()});
    CHECK_OK(carriers.settle());
    CHECK_OK(refuse_dead_letters(opened->engines->messages().dead_letters()));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<MigrationSource>> MigrationSource::open(const std::string& data, Tools& tools) {
  DataPaths paths(data);
  CHECK_OK(check_there(paths));
  CHECK_OK(bring_to_rest(data));
  TRY(auto lock, DataLock::take(data));
  TRY(auto archive, engine::sqlite::ArchiveReader::open(paths.archive()));
  std::unique_ptr<MigrationSource> source(new MigrationSource(std::move(lock), std::move(paths), std::move(archive)));
  const auto messages = source->paths_.messages();
  TRY(source->messages_, rocks::StoreReader::open(messages, tools.clock, tools.log));
  TRY(source->epoch_, rocks::read_or_make_epoch(messages));
  TRY(source->key_, user::load_or_make_signing_key(source->paths_.signing_key(), tools.random));
  return source;
}

Result<std::optional<Conversation>> MigrationSource::conversation_of(const MessageId& id) {
  TRY(const auto message, archive_.find(id));
  if (!message) return std::nullopt;
  return message->conversation;
}

}  // namespace godwit::app
