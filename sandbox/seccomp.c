#include "seccomp.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "common.h"

// Not an allow-list of what six runtimes happen to call today, but a deny-list of what a program
// under test has no business with, and a ceiling: calls that are newer than this file do not exist.
// "never" kills (status SV): nothing innocent calls it. "absent" and "refused" are for what
// innocent libraries try first and do without.
#define NEVER SECCOMP_RET_KILL_PROCESS
#define ABSENT (SECCOMP_RET_ERRNO | ENOSYS)
#define REFUSED (SECCOMP_RET_ERRNO | EPERM)

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "lyceum-sandbox knows the system calls of x86-64 and arm64 only"
#endif

enum { newest_call = 450 };  // set_mempolicy_home_node, Linux 5.17

struct rule {
  uint32_t call;
  uint32_t action;
};

static struct rule rules[] = {
    // Other processes' memory and state.
    {__NR_ptrace, NEVER},
    {__NR_process_vm_readv, NEVER},
    {__NR_process_vm_writev, NEVER},
    {__NR_kcmp, REFUSED},
    {__NR_process_madvise, REFUSED},
    {438 /* pidfd_getfd */, NEVER},
    {448 /* process_mrelease */, REFUSED},
    // Mounts, roots, namespaces.
    {__NR_mount, NEVER},
    {__NR_umount2, NEVER},
    {__NR_pivot_root, NEVER},
    {__NR_chroot, NEVER},
    {__NR_setns, NEVER},
    {__NR_unshare, NEVER},
    {428 /* open_tree */, NEVER},
    {429 /* move_mount */, NEVER},
    {430 /* fsopen */, NEVER},
    {431 /* fsconfig */, NEVER},
    {432 /* fsmount */, NEVER},
    {433 /* fspick */, NEVER},
    {442 /* mount_setattr */, NEVER},
    {__NR_clone3, ABSENT},  // its flags cannot be read by a filter; libc falls back to clone
    // Large or dangerous parts of the kernel.
    {__NR_bpf, NEVER},
    {__NR_perf_event_open, NEVER},
    {__NR_userfaultfd, REFUSED},
    {425 /* io_uring_setup */, ABSENT},
    {426 /* io_uring_enter */, ABSENT},
    {427 /* io_uring_register */, ABSENT},
    {__NR_io_setup, ABSENT},
    {__NR_io_submit, ABSENT},
    {__NR_io_destroy, ABSENT},
    {__NR_io_cancel, ABSENT},
    {__NR_io_getevents, ABSENT},
    {__NR_add_key, NEVER},
    {__NR_request_key, NEVER},
    {__NR_keyctl, NEVER},
    {__NR_open_by_handle_at, NEVER},
    {__NR_name_to_handle_at, REFUSED},
    {__NR_fanotify_init, REFUSED},
    {__NR_fanotify_mark, REFUSED},
    {__NR_quotactl, REFUSED},
    {443 /* quotactl_fd */, REFUSED},
    {__NR_seccomp, REFUSED},
    {447 /* memfd_secret */, REFUSED},
    {__NR_vmsplice, REFUSED},
    {__NR_remap_file_pages, REFUSED},
    {__NR_mbind, REFUSED},
    {__NR_migrate_pages, REFUSED},
    {__NR_move_pages, REFUSED},
    {__NR_set_mempolicy, REFUSED},
    {450 /* set_mempolicy_home_node */, REFUSED},
    // Shared objects with names: none, not even in our own namespace.
    {__NR_shmget, REFUSED},
    {__NR_shmat, REFUSED},
    {__NR_shmctl, REFUSED},
    {__NR_shmdt, REFUSED},
    {__NR_semget, REFUSED},
    {__NR_semop, REFUSED},
    {__NR_semctl, REFUSED},
    {__NR_semtimedop, REFUSED},
    {__NR_msgget, REFUSED},
    {__NR_msgsnd, REFUSED},
    {__NR_msgrcv, REFUSED},
    {__NR_msgctl, REFUSED},
    {__NR_mq_open, REFUSED},
    {__NR_mq_unlink, REFUSED},
    // Whispering to a neighbour through the files that both can read.
    {__NR_flock, REFUSED},
    {__NR_inotify_init1, ABSENT},
    {__NR_inotify_add_watch, ABSENT},
    // The machine.
    {__NR_reboot, NEVER},
    {__NR_swapon, NEVER},
    {__NR_swapoff, NEVER},
    {__NR_kexec_load, NEVER},
    {__NR_kexec_file_load, NEVER},
    {__NR_init_module, NEVER},
    {__NR_finit_module, NEVER},
    {__NR_delete_module, NEVER},
    {__NR_acct, NEVER},
    {__NR_syslog, REFUSED},
    {__NR_vhangup, REFUSED},
    {__NR_settimeofday, REFUSED},
    {__NR_clock_settime, REFUSED},
    {__NR_clock_adjtime, REFUSED},
    {__NR_adjtimex, REFUSED},
    {__NR_sethostname, REFUSED},
    {__NR_setdomainname, REFUSED},
    {__NR_lookup_dcookie, REFUSED},
#if defined(__x86_64__)
    {__NR_inotify_init, ABSENT},
    {__NR_iopl, NEVER},
    {__NR_ioperm, NEVER},
    {__NR_modify_ldt, REFUSED},
    {__NR_create_module, ABSENT},
    {__NR_get_kernel_syms, ABSENT},
    {__NR_query_module, ABSENT},
    {__NR_uselib, REFUSED},
    {__NR_ustat, REFUSED},
    {__NR_sysfs, REFUSED},
    {__NR__sysctl, ABSENT},
    {__NR_nfsservctl, ABSENT},
#else
    {__NR_nfsservctl, ABSENT},
#endif
};

enum { rule_count = sizeof rules / sizeof rules[0], filter_max = 600 };

static struct sock_filter filter[filter_max];
static unsigned length;

static void emit(uint16_t code, uint32_t value, uint8_t yes, uint8_t no) {
  filter[length++] = (struct sock_filter){code, yes, no, value};
}

static void load(unsigned offset) {
  emit(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0);
}

static void answer(uint32_t action) {
  emit(BPF_RET | BPF_K, action, 0, 0);
}

static unsigned argument(unsigned index) {  // low half: every argument tested here is an int
  return (unsigned)offsetof(struct seccomp_data, args) + 8 * index;
}

// `call` with any of `bits` set in its argument → action; the call number is in the accumulator
// before and after.
static void refuse_bits(uint32_t call, unsigned index, uint32_t bits, uint32_t action) {
  emit(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4);
  load(argument(index));
  emit(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
  answer(action);
  answer(SECCOMP_RET_ALLOW);
}

// `call` with its argument (not) among values → action.
static void test_values(uint32_t call,
                        unsigned index,
                        const uint32_t* values,
                        uint8_t count,
                        uint32_t found,
                        uint32_t other) {
  emit(BPF_JMP | BPF_JEQ | BPF_K, call, 0, (uint8_t)(count + 3));
  load(argument(index));
  for (uint8_t i = 0; i < count; i++)
    emit(BPF_JMP | BPF_JEQ | BPF_K, values[i], (uint8_t)(count - i), 0);
  answer(other);
  answer(found);
}

// Binary search: the kernel runs the filter for every call number when it is installed, so its
// depth is what a start costs.
static void search(unsigned first, unsigned last) {
  if (last - first <= 2) {
    for (unsigned i = first; i < last; i++) {
      emit(BPF_JMP | BPF_JEQ | BPF_K, rules[i].call, 0, 1);
      answer(rules[i].action);
    }
    answer(SECCOMP_RET_ALLOW);
    return;
  }
  const unsigned middle = (first + last) / 2;
  const unsigned branch = length;
  emit(BPF_JMP | BPF_JGE | BPF_K, rules[middle].call, 0, 0);
  search(first, middle);
  filter[branch].jt = (uint8_t)(length - branch - 1);
  search(middle, last);
}

static int by_call(const void* a, const void* b) {
  const uint32_t left = ((const struct rule*)a)->call, right = ((const struct rule*)b)->call;
  return left < right ? -1 : left > right;
}

static void build(void) {
  qsort(rules, rule_count, sizeof rules[0], by_call);
  length = 0;
  load(offsetof(struct seccomp_data, arch));
  emit(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
  answer(SECCOMP_RET_KILL_PROCESS);  // int 0x80 has other numbers for everything
  load(offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
  emit(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);  // x32: the same calls by other names
  answer(SECCOMP_RET_KILL_PROCESS);
#endif
  emit(BPF_JMP | BPF_JGT | BPF_K, newest_call, 0, 1);
  answer(ABSENT);

  const uint32_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                              CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
  refuse_bits(__NR_clone, 0, namespaces, NEVER);
  const uint32_t unix_only[] = {AF_UNIX};
  test_values(__NR_socket, 0, unix_only, 1, SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
  // Locks and leases on shared files are seen by neighbours; asking for them would be listening.
  const uint32_t controls[] = {5 /* F_GETLK */, 36 /* F_OFD_GETLK */, 1024 /* F_SETLEASE */,
                               1026 /* F_NOTIFY */,
                               1031 /* F_SETPIPE_SZ: charged to who made the pipe */};
  test_values(__NR_fcntl, 1, controls, 5, REFUSED, SECCOMP_RET_ALLOW);
  const uint32_t terminal[] = {0x5412 /* TIOCSTI */, 0x541c /* TIOCLINUX */};
  test_values(__NR_ioctl, 1, terminal, 2, REFUSED, SECCOMP_RET_ALLOW);
  const uint32_t harmless[] = {0, 0xffffffff, 0x0040000 /* ADDR_NO_RANDOMIZE */};
  test_values(__NR_personality, 0, harmless, 3, SECCOMP_RET_ALLOW, REFUSED);
  const uint32_t more_filters[] = {PR_SET_SECCOMP};  // filters upon filters cost kernel memory
  test_values(__NR_prctl, 0, more_filters, 1, REFUSED, SECCOMP_RET_ALLOW);
  search(0, rule_count);
}

bool seccomp_install(void) {
  build();
  const struct sock_fprog program = {.len = (unsigned short)length, .filter = filter};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0 ||
         fail_errno("cannot install the system call filter (is CONFIG_SECCOMP_FILTER on?)");
}
