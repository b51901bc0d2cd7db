/* The only program of a guest of the lab, but for busybox, whose web server it starts when it is
 * there. Its initial load stands on the kernel's command line
 * (lab.KEY=VALUE); later it takes commands on UDP port 7007, one a datagram, and answers each with
 * a line: stat                its figures set KEY=VALUE ...   changes its load, then as stat ping
 * TEXT           pong TEXT, and how long it has been up */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "loads.h"

#define PORT 7007

static char own_address[64];
static char boot_id[37]; /* another one after a reboot */

static void set_one(const char *key, const char *value) {
  const int number = atoi(value) > 0 ? atoi(value) : 0;
  if (!strcmp(key, "load")) settings.load = number > 100 ? 100 : number;
  if (!strcmp(key, "dirty")) settings.dirty = number;
  if (!strcmp(key, "wss")) settings.wss = number ? number : 1;
  if (!strcmp(key, "hold")) settings.hold = number;
  if (!strcmp(key, "net")) settings.net = number;
  if (!strcmp(key, "disk_writes")) settings.disk_writes = number;
  if (!strcmp(key, "peer")) snprintf(settings.peer, sizeof settings.peer, "%s", value);
  if (!strcmp(key, "ip")) snprintf(own_address, sizeof own_address, "%s", value);
}

/* Of the kernel's command line only what begins with the prefix is for us. */
static void set_all(char *words, const char *prefix) {
  char *rest;
  for (char *word = strtok_r(words, " \t\r\n", &rest); word;
       word = strtok_r(NULL, " \t\r\n", &rest)) {
    char *equals = strchr(word, '=');
    if (!equals || strncmp(word, prefix, strlen(prefix))) continue;
    *equals = 0;
    set_one(word + strlen(prefix), equals + 1);
  }
}

static int answer(char *command, char *out, size_t size) {
  static uint64_t answers;
  struct sysinfo memory;
  const long long up_ms = now_ns() / 1000000;
  answers++;
  if (!strncmp(command, "ping", 4)) {
    command[strcspn(command, "\r\n")] = 0;
    return snprintf(out, size, "pong%.40s up_ms=%lld n=%llu\n", command + 4, up_ms,
                    (unsigned long long)answers);
  }
  if (!strncmp(command, "set ", 4)) set_all(command + 4, "");
  sysinfo(&memory);
  return snprintf(
      out, size,
      "boot=%.8s up_ms=%lld n=%llu load=%d dirty=%d wss=%d hold=%d net=%d free_mib=%lu "
      "dirtied_pages=%llu "
      "memory_errors=%llu sent=%llu disk_writes=%llu disk_errors=%llu\n",
      boot_id, up_ms, (unsigned long long)answers, settings.load, settings.dirty, settings.wss,
      settings.hold, settings.net, memory.freeram * memory.mem_unit >> 20,
      (unsigned long long)counters.dirtied_pages,
      (unsigned long long)counters.memory_errors, (unsigned long long)counters.sent,
      (unsigned long long)counters.disk_writes, (unsigned long long)counters.disk_errors);
}

static void load_module(const char *name) {
  char path[80];
  snprintf(path, sizeof path, "/modules/%s.ko", name);
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
    printf("module %s: %s\n", name, strerror(errno));
  close(fd);
}

static void read_start(const char *path, char *text, size_t size) {
  const int fd = open(path, O_RDONLY);
  const ssize_t n = fd < 0 ? 0 : read(fd, text, size - 1);
  text[n > 0 ? n : 0] = 0;
  if (fd >= 0) close(fd);
}

static void network_up(const char *device, const char *address, const char *mask) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct ifreq request = {0};
  struct sockaddr_in *in = (void *)&request.ifr_addr;
  snprintf(request.ifr_name, IFNAMSIZ, "%s", device);
  in->sin_family = AF_INET;
  inet_pton(AF_INET, address, &in->sin_addr);
  /* The driver was loaded a moment ago; its device may take another. */
  for (int i = 0; i < 50 && ioctl(fd, SIOCSIFADDR, &request); i++) sleep_ms(50);
  inet_pton(AF_INET, mask, &in->sin_addr);
  ioctl(fd, SIOCSIFNETMASK, &request);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl(fd, SIOCSIFFLAGS, &request)) printf("%s: %s\n", device, strerror(errno));
  close(fd);
}

static void come_up(void) {
  /* In the order in which they need each other. */
  static const char *const modules[] = {
      "virtio_ring",           "virtio",     "virtio_pci_legacy_dev",
      "virtio_pci_modern_dev", "virtio_pci", "failover",
      "net_failover",          "virtio_net", "virtio_blk",
      "virtio_balloon",        "button"};
  static const char *const folders[][2] = {
      {"/proc", "proc"}, {"/sys", "sysfs"}, {"/dev", "devtmpfs"}};
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    mkdir(folders[i][0], 0755);
    mount(folders[i][1], folders[i][0], folders[i][1], 0, NULL);
  }
  const int console = open("/dev/console", O_RDWR);
  for (int fd = 0; console >= 0 && fd < 3; fd++) dup2(console, fd);
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) load_module(modules[i]);

  char line[4096];
  read_start("/proc/cmdline", line, sizeof line);
  set_all(line, "lab.");
  read_start("/proc/sys/kernel/random/boot_id", boot_id, sizeof boot_id);
  network_up("lo", "127.0.0.1", "255.0.0.0");
  if (own_address[0]) network_up("eth0", own_address, "255.255.255.0");
}

static void start_web_server(void) {
  static char *const words[] = {"httpd", "-f", "-p", "80", "-h", "/www", NULL};
  if (fork()) return;
  execv("/bin/busybox", words);
  _exit(1);
}

int main(void) {
  come_up();
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  if (bind(fd, (void *)&here, sizeof here)) printf("port %d: %s\n", PORT, strerror(errno));
  if (!access("/bin/busybox", X_OK)) start_web_server();
  start_loads();
  printf("ready at %s after %lld ms\n", own_address, (long long)(now_ns() / 1000000));
  for (;;) {
    char in[512], out[600];
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    const ssize_t n = recvfrom(fd, in, sizeof in - 1, 0, (void *)&from, &length);
    if (n < 0) {
      sleep_ms(10);
      continue;
    }
    in[n] = 0;
    const int size = answer(in, out, sizeof out);
    sendto(fd, out, (size_t)size, 0, (void *)&from, length);
  }
}
