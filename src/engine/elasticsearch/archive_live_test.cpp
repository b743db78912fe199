#include "engine/elasticsearch/archive.hpp"

#include <doctest/doctest.h>

#include "archive/archive_store_suite.hpp"
#include "engine/elasticsearch/testing_archive.hpp"
#include "live/endpoint.hpp"

namespace godwit::engine::elasticsearch {

TEST_CASE("Elasticsearch: the archive keeps the port's contract") {
  archive::suite::archive_store_suite([] { return ScratchArchive(live::endpoint("ELASTICSEARCH")); });
}

}  // namespace godwit::engine::elasticsearch
