#include <doctest/doctest.h>
#include <sys/stat.h>

#include <barrier>
#include <filesystem>
#include <fstream>
#include <thread>

#include "user/accounts/argon2_hasher.hpp"
#include "user/accounts/shown_once.hpp"
#include "user/context/last_seen_buffer.hpp"
#include "user/sessions/signing_key.hpp"

namespace godwit::user {
namespace {
namespace fs = std::filesystem;

class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("godwit-" + SystemRandom().id(12))) { fs::create_directory(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

unsigned mode_of(const std::string& path) {
  struct stat about{};
  REQUIRE(stat(path.c_str(), &about) == 0);
  return about.st_mode & 07777U;
}
}  // namespace

TEST_SUITE("secrets of the user role") {
  TEST_CASE("the signing key is made once, for its owner alone") {
    const Folder folder;
    SystemRandom random;
    const auto path = folder.file("key");
    const auto made = load_or_make_signing_key(path, random);
    REQUIRE(made.has_value());
    CHECK(mode_of(path) == 0600);
    CHECK(load_or_make_signing_key(path, random).value() == *made);
    CHECK(*made != SigningKey{});
  }

  TEST_CASE("processes that make the signing key at once all have the same one") {
    const Folder folder;
    for (int round = 0; round < 20; ++round) {
      const auto path = folder.file(std::to_string(round).c_str());
      std::vector<Result<SigningKey>> keys(8, SigningKey{});
      std::barrier together(static_cast<std::ptrdiff_t>(keys.size()));
      {
        std::vector<std::jthread> processes;
        for (auto& key : keys) {
          processes.emplace_back([&] {
            SystemRandom random;
            together.arrive_and_wait();
            key = load_or_make_signing_key(path, random);
          });
        }
      }
      for (const auto& key : keys) {
        REQUIRE(key.has_value());
        CHECK(*key == *keys.front());
      }
    }
    CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 20);  // nothing beside the keys
  }

  TEST_CASE("a signing key that others may read, or of another size, is refused with what to do") {
    const Folder folder;
    SystemRandom random;
    const auto path = folder.file("key");
    REQUIRE(load_or_make_signing_key(path, random).has_value());
    for (const mode_t mode : {0640U, 0604U, 0660U, 0620U}) {
      chmod(path.c_str(), mode);
      const auto refused = load_or_make_signing_key(path, random);
      REQUIRE_FALSE(refused.has_value());
      CHECK(refused.error().detail.find("chmod 600") != std::string::npos);
    }
    chmod(path.c_str(), 0600);
    std::ofstream(path, std::ios::app) << "x";
    CHECK(load_or_make_signing_key(path, random).error().detail.find("32 bytes") != std::string::npos);
    CHECK_FALSE(load_or_make_signing_key(folder.file("no/such/folder/key"), random).has_value());
  }

  TEST_CASE("a password matches itself alone, and nothing matches no hash") {
    Metrics metrics;
    Argon2Hasher hasher({}, metrics);
    const auto hash = sync_wait(hasher.hash("correct horse")).value();
    CHECK(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    CHECK(sync_wait(hasher.verify(hash, "correct horse", "here")).value());
    CHECK_FALSE(sync_wait(hasher.verify(hash, "Correct horse", "here")).value());
    for (const auto* none : {"", "!", "plain"})
      CHECK_FALSE(sync_wait(hasher.verify(none, "correct horse", "here")).value());
  }

  TEST_CASE("too many waiting passwords are refused at once") {
    Metrics metrics;
    Argon2Hasher hasher({.threads = 1, .queue = 2}, metrics);
    std::atomic<int> refused = 0, answered = 0;
    const auto one = [](Argon2Hasher& with, std::atomic<int>& good, std::atomic<int>& bad) -> Task<void> {
      const auto hash = co_await with.hash("12345678");
      (hash ? good : bad)++;
    };
    for (int i = 0; i < 10; ++i) spawn(one(hasher, answered, refused));
    CHECK(refused >= 7);
    while (answered + refused < 10) std::this_thread::yield();
    CHECK(answered >= 2);
  }

  TEST_CASE("what is shown once is read strictly and is not in what is stored") {
    SystemRandom random;
    const auto made = make_shown_once("gwk", random);
    const auto parts = read_shown_once("gwk", made.text);
    REQUIRE(parts.has_value());
    CHECK(parts->id == made.id);
    CHECK(matches(*parts, made.hash));
    CHECK(made.hash.find(parts->secret) == std::string::npos);
    CHECK_FALSE(matches({.id = parts->id, .secret = std::string(32, 'a')}, made.hash));
    for (const auto& wrong :
         {made.text.substr(1), made.text + "a", "gwx" + made.text.substr(3), std::string(49, '_')}) {
      CHECK_FALSE(read_shown_once("gwk", wrong).has_value());
    }
    CHECK_FALSE(read_shown_once("gwi", made.text).has_value());
    const auto invite = make_shown_once("gwi", random);
    CHECK(id_of_invite(invite.text) == invite.id);
    CHECK(id_of_invite(invite.id) == invite.id);
  }
}

TEST_SUITE("last-seen buffer") {
  TEST_CASE("is bounded, and gives its notes away once") {
    LastSeenBuffer<SessionId> buffer(2);
    for (const auto* id : {"a", "b", "c"}) buffer.note(SessionId(id), 5);
    CHECK(buffer.last(SessionId("a"), 3) == 5);
    CHECK(buffer.last(SessionId("a"), 7) == 7);
    CHECK(buffer.last(SessionId("c"), 3) == 3);
    CHECK(buffer.take(10).size() == 2);
    CHECK(buffer.take(10).empty());
  }
}

}  // namespace godwit::user
