#include "app/maintenance/at_rest.hpp"

namespace godwit::app {

Result<std::unique_ptr<AtRest>> AtRest::open(const std::string& data) {
  auto opened = std::make_unique<AtRest>();
  opened->config.storage.data = data;
  TRY(opened->engines, EmbeddedEngines::open(opened->config, opened->clock, opened->log, opened->metrics));
  return opened;
}

}  // namespace godwit::app
