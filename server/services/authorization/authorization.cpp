#include "services/authorization/authorization.h"

namespace lyceum::authorization {

Authorization::Authorization(Db& db, const Clock& clock, Ids& ids)
    : db_(db), clock_(clock), ids_(ids) {}

}  // namespace lyceum::authorization
