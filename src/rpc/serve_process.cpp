#include "rpc/process_values.hpp"
#include "rpc/serve.hpp"

namespace godwit::rpc {
namespace {

using namespace process::v1;

Task<Result<TellReply>> tell(processes::Service& here, const TellRequest& request) {
  CO_TRY(const auto account, co_await here.tell(read(request)));
  TellReply reply;
  write(account, reply);
  co_return reply;
}

}  // namespace

void serve_process(Services& services, processes::Service& process) { services.add(reports::kTell, process, &tell); }

}  // namespace godwit::rpc
