#pragma once
#include <cstddef>

namespace godwit::rocks {

/// What the database may use. Sizes in bytes. The defaults keep an idle server small (bars.md: 40 MB in all).
struct Settings {
  std::size_t block_cache = 16U << 20U;    ///< decoded blocks, indexes and filters together
  std::size_t write_buffers = 24U << 20U;  ///< every memtable together
  std::size_t total_wal = 48U << 20U;      ///< what a start has to replay at most
  int open_files = 256;

  std::size_t waiting_jobs = 16'384;  ///< writes that may wait for the committer; one more is `unavailable`
  std::size_t waiting_bytes = 32U << 20U;
  std::size_t batch_jobs = 256;  ///< what one synced write takes at most
  std::size_t batch_bytes = 1U << 20U;

  std::size_t cached_heads = 16'384;    ///< conversations whose last number is remembered (about 100 bytes each)
  std::size_t recent_messages = 8'192;  ///< durable messages that consumers read from memory
  std::size_t recent_bytes = 4U << 20U;
  std::size_t take_messages = 512;  ///< what a consumer is handed at once
  std::size_t take_bytes = 1U << 20U;
  std::size_t trim_step = 4'096;         ///< messages that both consumers took are dropped in steps of so many
  std::size_t settled_waiters = 16'384;  ///< calls that may wait in `settled`, a topic

  std::size_t read_threads = 2;
  std::size_t waiting_reads = 8'192;
  std::size_t devices = 50;  ///< with cursors, a user; the least recently adopted goes first
};

}  // namespace godwit::rocks
