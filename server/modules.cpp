#include "modules.h"

namespace lyceum {

namespace account {
host::Module module();
}

namespace authorization {
host::Module module();
}

namespace identity {
host::Module module();
}

namespace learning {
host::Module module();
}

namespace mailer {
host::Module module();
}

namespace messages {
host::Module module();
}

namespace realtime {
host::Module module();
}

namespace runner {
host::Module module();
}

namespace servers {
host::Module module();
}

std::vector<host::Module> all_modules() {
  return {
      account::module(),        // profiles, polypoints, ranking
      authorization::module(),  // who may do what
      identity::module(),       // accounts, sign-in, tokens
      learning::module(),       // courses, drafts, submissions
      mailer::module(),         // mails
      messages::module(),       // what is said in channels
      realtime::module(),       // live sessions
      runner::module(),         // runs programs in the sandbox
      servers::module(),        // communities, channels, members
  };
}

}  // namespace lyceum
