#include "services/authorization/authorization.h"

namespace lyceum::authorization {

Task<Result<api::GetPermissionsResponse>> Authorization::get_permissions(
    Call /*call*/, api::GetPermissionsRequest /*request*/) {
  co_return fail(Code::unimplemented, "unimplemented", "not yet");
}

Task<Result<api::ListPermissionsResponse>> Authorization::list_permissions(
    Call /*call*/, api::ListPermissionsRequest /*request*/) {
  co_return fail(Code::unimplemented, "unimplemented", "not yet");
}

Task<Result<api::FilterViewersResponse>> Authorization::filter_viewers(
    Call /*call*/, api::FilterViewersRequest /*request*/) {
  co_return fail(Code::unimplemented, "unimplemented", "not yet");
}

}  // namespace lyceum::authorization
