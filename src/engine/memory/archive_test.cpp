#include "engine/memory/archive.hpp"

#include "archive/archive_store_suite.hpp"

namespace godwit::engine::memory {
namespace {

/// An archive and its disk, as one.
class Archive {
 public:
  archive::ArchiveStore& operator*() { return store_; }
  archive::ArchiveStore* operator->() { return &store_; }

 private:
  std::unique_ptr<ArchiveDisk> disk_ = std::make_unique<ArchiveDisk>();
  MemoryArchive store_{*disk_};
};

}  // namespace

TEST_CASE("memory: the archive") {
  archive::suite::archive_store_suite([] { return Archive(); });
}

}  // namespace godwit::engine::memory
