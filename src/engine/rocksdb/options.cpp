#include "engine/rocksdb/options.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

namespace godwit::rocks {
namespace {

::rocksdb::BlockBasedTableOptions table_options(const std::shared_ptr<::rocksdb::Cache>& cache) {
  ::rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.filter_policy.reset(::rocksdb::NewBloomFilterPolicy(10));
  // Filters and indexes are cut into small pieces and live in the cache, so that memory does not grow with what is
  // stored.
  table.index_type = ::rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_top_level_index_and_filter = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;
  return table;
}

::rocksdb::ColumnFamilyOptions family(const std::shared_ptr<::rocksdb::Cache>& cache, std::size_t write_buffer) {
  ::rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(::rocksdb::NewBlockBasedTableFactory(table_options(cache)));
  options.write_buffer_size = write_buffer;
  options.arena_block_size = 128U << 10U;
  options.max_write_buffer_number = 3;
  options.compression = ::rocksdb::kLZ4Compression;
  options.level_compaction_dynamic_level_bytes = true;
  options.target_file_size_base = 32U << 20U;
  options.max_bytes_for_level_base = 64U << 20U;
  options.paranoid_file_checks =
      false;  // a second read of every file written; the checksums of blocks are always checked
  return options;
}

}  // namespace

::rocksdb::DBOptions database_options(const Settings& settings) {
  ::rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.paranoid_checks = true;
  // A torn last record was never answered; anything else that does not check is an error. Recycled files would blur the
  // two.
  options.wal_recovery_mode = ::rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.recycle_log_file_num = 0;
  options.track_and_verify_wals_in_manifest = true;
  options.db_write_buffer_size = settings.write_buffers;
  options.max_total_wal_size = settings.total_wal;
  options.max_open_files = settings.open_files;
  options.max_file_opening_threads = 2;
  options.skip_stats_update_on_db_open = true;
  options.max_background_jobs = 2;
  options.bytes_per_sync = 1U << 20U;
  options.allow_concurrent_memtable_write = false;  // there is one writer
  options.enable_write_thread_adaptive_yield = false;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.max_manifest_file_size = 16U << 20U;
  return options;
}

std::vector<::rocksdb::ColumnFamilyDescriptor> family_options(const Settings& settings) {
  const auto cache = ::rocksdb::NewLRUCache(settings.block_cache, /*num_shard_bits=*/2);
  constexpr std::size_t kMega = 1U << 20U;
  auto sent = family(cache, 4 * kMega);
  sent.memtable_prefix_bloom_size_ratio = 0.05;
  sent.memtable_whole_key_filtering = true;
  return {{::rocksdb::kDefaultColumnFamilyName, family(cache, kMega)},
          {"log", family(cache, 8 * kMega)},
          {"sent", sent},
          {"conversations", family(cache, 2 * kMega)},
          {"entries", family(cache, 8 * kMega)},
          {"inbox", family(cache, 2 * kMega)}};
}

}  // namespace godwit::rocks
