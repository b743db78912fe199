#pragma once
#include "godwit/process/v1/process.pb.h"
#include "rpc/domain_values.hpp"
#include "service/processes.hpp"

namespace godwit::rpc {

void write(const processes::Question& from, process::v1::TellRequest& to);
[[nodiscard]] processes::Question read(const process::v1::TellRequest& from);
void write(const processes::Account& from, process::v1::TellReply& to);
[[nodiscard]] Result<processes::Account> read(const process::v1::TellReply& from);

}  // namespace godwit::rpc
