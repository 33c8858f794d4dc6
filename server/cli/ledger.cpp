#include <fmt/format.h>

#include "cli/reach.h"
#include "contract/account.rpc.h"

namespace lyceum::cli {

int ledger_check(const Arguments& arguments) {
  const auto [parsed, exit_code] =
      parse(arguments,
            "lyceum ledger check\n\nAdds up all polypoints: each entry's legs, each balance, each "
            "reward once. Exit code 1 when something does not balance.",
            common_options());
  if (exit_code) return *exit_code;
  auto reach = Reach::open(parsed);
  if (!reach) return failed(reach.error());
  auto& account = (*reach)->get<account::v1::AccountApi>(account::v1::connect_account);
  const auto answer = (*reach)->call(account, &account::v1::AccountApi::check_ledger,
                                     account::v1::CheckLedgerRequest());
  if (!answer) return failed(answer.error());
  for (const auto& problem : answer->problems()) fmt::print(stderr, "lyceum: {}\n", problem);
  if (answer->problems_size() > 0) return 1;
  fmt::print("the ledger balances: {} transactions of {} accounts\n", answer->transactions(),
             answer->accounts());
  return 0;
}

}  // namespace lyceum::cli
