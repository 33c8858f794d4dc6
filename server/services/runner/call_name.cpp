#include "services/runner/call_name.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <sys/syscall.h>
#include <utility>

namespace lyceum::runner {
namespace {

// What sandbox/seccomp.c forbids. Numbers where the C library of the build knows no name.
constexpr auto names = std::to_array<std::pair<int, std::string_view>>({
    {SYS_ptrace, "ptrace"},
    {SYS_process_vm_readv, "process_vm_readv"},
    {SYS_process_vm_writev, "process_vm_writev"},
    {438, "pidfd_getfd"},
    {SYS_mount, "mount"},
    {SYS_umount2, "umount2"},
    {SYS_pivot_root, "pivot_root"},
    {SYS_chroot, "chroot"},
    {SYS_setns, "setns"},
    {SYS_unshare, "unshare"},
    {428, "open_tree"},
    {429, "move_mount"},
    {430, "fsopen"},
    {431, "fsconfig"},
    {432, "fsmount"},
    {433, "fspick"},
    {442, "mount_setattr"},
    {SYS_bpf, "bpf"},
    {SYS_perf_event_open, "perf_event_open"},
    {SYS_add_key, "add_key"},
    {SYS_request_key, "request_key"},
    {SYS_keyctl, "keyctl"},
    {SYS_open_by_handle_at, "open_by_handle_at"},
    {SYS_reboot, "reboot"},
    {SYS_swapon, "swapon"},
    {SYS_swapoff, "swapoff"},
    {SYS_kexec_load, "kexec_load"},
    {SYS_kexec_file_load, "kexec_file_load"},
    {SYS_init_module, "init_module"},
    {SYS_finit_module, "finit_module"},
    {SYS_delete_module, "delete_module"},
    {SYS_acct, "acct"},
    {SYS_clone, "clone"},
#if defined(__x86_64__)
    {SYS_iopl, "iopl"},
    {SYS_ioperm, "ioperm"},
#endif
});

}  // namespace

std::string call_name(int number) {
  const auto* found = std::ranges::find(names, number, &std::pair<int, std::string_view>::first);
  return found == names.end() ? "" : std::string(found->second);
}

}  // namespace lyceum::runner
