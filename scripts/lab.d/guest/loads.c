#define _GNU_SOURCE
#include "loads.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

#define MIB (1 << 20)
#define PAGE 4096
#define SECOND 1000000000LL

struct settings settings = {.wss = 16, .peer = "10.78.0.254:9"};
struct counters counters;

int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * SECOND + t.tv_nsec;
}

void sleep_ms(int ms) { usleep((useconds_t)ms * 1000); }

/* Sleeps until the next beat of a clock with that period. After a pause, as of a migration, what
 * was missed is not made up for. */
static void beat(int64_t *next, int64_t period) {
  *next += period;
  if (*next < now_ns() - SECOND) *next = now_ns();
  struct timespec t = {*next / SECOND, *next % SECOND};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static void *burn(void *unused) {
  (void)unused;
  const int64_t period = SECOND / 10;
  volatile uint64_t x = 1;
  int64_t next = now_ns();
  for (;;) {
    const int64_t stop = now_ns() + period / 100 * settings.load;
    while (now_ns() < stop)
      for (int i = 0; i < 2000; i++) x = x * 6364136223846793005ULL + 1;
    if (settings.load < 100)
      beat(&next, period);
    else
      next = now_ns();
  }
  return NULL;
}

/* Writes the number of its round into page after page, and checks that each still holds the round
 * before: that would show a write which a migration has lost. */
static void *dirty(void *unused) {
  (void)unused;
  const int64_t period = SECOND / 100;
  char *area = NULL;
  size_t size = 0, at = 0;
  uint64_t round = 1;
  double owed = 0; /* pages */
  int64_t next = now_ns();
  for (;;) {
    if (settings.dirty <= 0) {
      owed = 0;
      beat(&next, SECOND / 20);
      continue;
    }
    const size_t wanted = (size_t)settings.wss * MIB;
    if (wanted != size) {
      if (area) munmap(area, size);
      area = mmap(NULL, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      size = area == MAP_FAILED ? 0 : wanted;
      if (!size) area = NULL;
      at = 0, round = 1;
    }
    if (!size) {
      sleep_ms(1000);
      continue;
    }
    owed += (double)settings.dirty * MIB / PAGE * ((double)period / SECOND);
    for (; owed >= 1; owed -= 1) {
      uint64_t *words = (uint64_t *)(area + at);
      for (int i = 0; i < 8; i++) {
        if (words[i] != round - 1) counters.memory_errors++;
        words[i] = round;
      }
      counters.dirtied_pages++;
      at += PAGE;
      if (at >= size) at = 0, round++;
    }
    beat(&next, period);
  }
  return NULL;
}

static void *hold(void *unused) {
  (void)unused;
  char *area = NULL;
  size_t size = 0;
  for (;;) {
    const size_t wanted = (size_t)settings.hold * MIB;
    if (wanted != size) {
      if (area) munmap(area, size);
      area = NULL;
      size = wanted;
      if (size) area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (area == MAP_FAILED) area = NULL;
      /* No two pages alike, and none of zeros: those cost a migration nothing. */
      for (size_t i = 0; area && i < size; i += 8)
        *(uint64_t *)(area + i) = i * 0x9E3779B97F4A7C15ULL;
    }
    sleep_ms(200);
  }
  return NULL;
}

static void *network(void *unused) {
  (void)unused;
  static char payload[1400];
  const int64_t period = SECOND / 100;
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  double owed = 0; /* bytes */
  int64_t next = now_ns();
  for (;;) {
    if (settings.net <= 0) {
      owed = 0;
      beat(&next, SECOND / 20);
      continue;
    }
    char host[sizeof settings.peer];
    snprintf(host, sizeof host, "%s", settings.peer);
    char *colon = strchr(host, ':');
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(colon ? atoi(colon + 1) : 9)};
    if (colon) *colon = 0;
    inet_pton(AF_INET, host, &to.sin_addr);
    owed += settings.net * 1000.0 / 8 * ((double)period / SECOND);
    for (; owed >= sizeof payload; owed -= sizeof payload)
      if (sendto(fd, payload, sizeof payload, 0, (void *)&to, sizeof to) > 0) counters.sent++;
    beat(&next, period);
  }
  return NULL;
}

static void *disk(void *unused) {
  (void)unused;
  uint64_t *out = aligned_alloc(PAGE, PAGE), *back = aligned_alloc(PAGE, PAGE);
  int fd = -1;
  for (;;) {
    const int rate = settings.disk_writes;
    if (rate > 0 && fd < 0) fd = open("/dev/vda", O_RDWR | O_DIRECT | O_SYNC);
    if (rate <= 0 || fd < 0) {
      sleep_ms(200);
      continue;
    }
    const off_t at = (off_t)(counters.disk_writes % 1024) * PAGE;
    for (int i = 0; i < PAGE / 8; i++) out[i] = counters.disk_writes + 1;
    if (pwrite(fd, out, PAGE, at) != PAGE || pread(fd, back, PAGE, at) != PAGE ||
        memcmp(out, back, PAGE))
      counters.disk_errors++;
    counters.disk_writes++;
    usleep(1000000 / (useconds_t)rate);
  }
  return NULL;
}

static void start(void *(*load)(void *)) {
  pthread_t thread;
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 128 * 1024);
  pthread_create(&thread, &small, load, NULL);
}

void start_loads(void) {
  for (int i = 0; i < get_nprocs(); i++) start(burn);
  start(dirty);
  start(hold);
  start(network);
  start(disk);
}
