// Hostile programs, H: the network.

#include "services/runner/testing/hostile_fixture.h"

namespace lyceum::runner {
namespace {

// 65
TEST_F(Hostile, there_is_no_network) {
  EXPECT_EQ(c("return socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_INET6, SOCK_DGRAM, 0) >= 0 "
              "|| socket(AF_PACKET, SOCK_RAW, 0) >= 0 "
              "|| socket(AF_NETLINK, SOCK_RAW, 0) >= 0 || socket(40, SOCK_STREAM, 0) >= 0 || "
              "socket(38, SOCK_SEQPACKET, 0) >= 0;")
                .status(),
            "AC");
  EXPECT_EQ(in("python", "import socket\nsocket.create_connection(('127.0.0.1', 80), 1)").status(),
            "RE");
  EXPECT_EQ(in("python", "import urllib.request\nurllib.request.urlopen('http://169.254.169.254/')")
                .status(),
            "RE");
  EXPECT_EQ(
      in("javascript", "require('net').connect(80, '1.1.1.1').on('error', () => process.exit(3))")
          .exit_code(),
      3);
  EXPECT_EQ(in("java",
               "class Main { public static void main(String[] a) throws Exception { new "
               "java.net.Socket(\"127.0.0.1\", 80); } }")
                .status(),
            "RE");
  EXPECT_EQ(in("bash", "exec 3<>/dev/tcp/127.0.0.1/80").status(), "RE");
}

// 65
TEST_F(Hostile, sockets_of_the_machine_and_of_neighbours_are_not_there) {
  const auto test =
      c("struct sockaddr_un a = {AF_UNIX, \"/run/systemd/notify\"}; int s = socket(AF_UNIX, "
        "SOCK_STREAM, 0); if (connect(s, (struct sockaddr*)&a, sizeof a) == 0) puts(\"path\"); "
        "memcpy(a.sun_path, \"\\0neighbour\", 11); if (connect(s, (struct sockaddr*)&a, 13) == 0) "
        "puts(\"abstract\"); FILE* f = fopen(\"/proc/self/net/unix\", \"r\"); char line[512]; "
        "while (f && "
        "fgets(line, sizeof line, f)) if (strchr(line, '@') || strchr(line, '/')) puts(line); "
        "return 0;",
        "#include <sys/un.h>\n");
  EXPECT_EQ(test.status(), "AC");
  EXPECT_EQ(test.stdout(), "");
}

}  // namespace
}  // namespace lyceum::runner
