#include "terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <termios.h>
#include <unistd.h>

static int mount_devpts(void) {
  const int settings = fsopen("devpts", FSOPEN_CLOEXEC);
  if (settings < 0) return -1;
  const bool made = fsconfig(settings, FSCONFIG_SET_STRING, "ptmxmode", "0600", 0) == 0 &&
                    fsconfig(settings, FSCONFIG_SET_STRING, "max", "1", 0) == 0 &&
                    fsconfig(settings, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0;
  const int mounted =
      made ? fsmount(settings, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC) : -1;
  close(settings);
  return mounted;
}

// Characters of UTF-8 are erased whole.
static bool set_up(int terminal, uint16_t rows, uint16_t columns) {
  const struct winsize size = {.ws_row = rows, .ws_col = columns};
  struct termios attributes;
  if (tcgetattr(terminal, &attributes) < 0) return false;
  attributes.c_iflag |= IUTF8;
  return tcsetattr(terminal, TCSANOW, &attributes) == 0 && ioctl(terminal, TIOCSWINSZ, &size) == 0;
}

bool terminal_make(struct terminal* terminal, uint16_t rows, uint16_t columns, uid_t owner) {
  const int mounted = mount_devpts();
  const int unlocked = 0;
  terminal->ours =
      mounted < 0 ? -1 : openat(mounted, "ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  terminal->program = -1;
  if (terminal->ours >= 0 && ioctl(terminal->ours, TIOCSPTLCK, &unlocked) == 0)
    terminal->program = ioctl(terminal->ours, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  const bool made = terminal->program >= 0 && set_up(terminal->program, rows, columns) &&
                    fchown(terminal->program, owner, owner) == 0;
  if (!made) fail_errno("cannot make a terminal");
  if (mounted >= 0) close(mounted);
  if (!made && terminal->ours >= 0) close(terminal->ours);
  if (!made && terminal->program >= 0) close(terminal->program);
  return made;
}
