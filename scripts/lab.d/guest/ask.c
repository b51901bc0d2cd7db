/* Talks to a guest of the lab from outside.
 *   ask ADDRESS say TEXT...          one command, tried for 2 s; prints the answer
 *   ask ADDRESS wait SECONDS         until it answers; prints its figures
 *   ask ADDRESS watch SECONDS [MS]   pings it every MS (5) ms; prints how long it was silent, and
 * whether it was started anew. SIGTERM and SIGINT end it early, with the summary Exit status 1: it
 * did not answer. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PORT 7007

static volatile sig_atomic_t stopped;
static void on_signal(int number) {
  (void)number;
  stopped = 1;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int open_to(const char *address) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (inet_pton(AF_INET, address, &to.sin_addr) != 1 || connect(fd, (void *)&to, sizeof to))
    return -1;
  return fd;
}

/* Sends again and again: a datagram may be lost, and a host without power answers nothing. */
static int say(int fd, const char *command, double seconds) {
  const double end = now() + seconds;
  while (now() < end && !stopped) {
    char in[1024];
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    if (send(fd, command, strlen(command), 0) >= 0 && poll(&readable, 1, 100) > 0) {
      const ssize_t n = recv(fd, in, sizeof in - 1, 0);
      if (n > 0) return fwrite(in, 1, (size_t)n, stdout) == (size_t)n ? 0 : 1;
    }
    usleep(50000);
  }
  fprintf(stderr, "ask: no answer\n");
  return 1;
}

struct silence {
  double begin, last, longest, longest_at;
  long sent, got, over_100ms, restarts, last_up_ms;
};

static void hear(struct silence *s, const char *text) {
  const char *up = strstr(text, "up_ms=");
  const long up_ms = up ? atol(up + 6) : s->last_up_ms;
  const double t = now(), gap = t - s->last;
  /* Answers may overtake each other a little; a restart takes seconds. */
  if (up_ms + 2000 < s->last_up_ms) s->restarts++;
  s->last_up_ms = up_ms;
  if (s->got && gap > s->longest) s->longest = gap, s->longest_at = s->last - s->begin;
  if (s->got && gap > 0.1) s->over_100ms++;
  s->last = t;
  s->got++;
}

static int watch(int fd, double seconds, double every) {
  struct silence s = {.begin = now(), .last = now()};
  double next = s.begin;
  while (!stopped && now() < s.begin + seconds) {
    char text[1024];
    if (now() >= next) {
      const int size = snprintf(text, sizeof text, "ping %ld", s.sent++);
      if (send(fd, text, (size_t)size, 0) < 0) usleep(1000);
      next = next + every > now() ? next + every : now() + every;
    }
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    const double left = next - now();
    const struct timespec patience = {0, left > 0 ? (long)(left * 1e9) % 1000000000L : 0};
    if (ppoll(&readable, 1, &patience, NULL) <= 0) continue;
    for (ssize_t n; (n = recv(fd, text, sizeof text - 1, 0)) > 0;) {
      text[n] = 0;
      hear(&s, text);
    }
  }
  printf(
      "sent=%ld got=%ld longest_gap_ms=%.0f at_s=%.2f gaps_over_100ms=%ld silent_at_end_ms=%.0f "
      "restarts=%ld\n",
      s.sent, s.got, s.longest * 1000, s.longest_at, s.over_100ms, (now() - s.last) * 1000,
      s.restarts);
  return s.got ? 0 : 1;
}

int main(int argc, char **argv) {
  const int fd = argc >= 4 ? open_to(argv[1]) : -1;
  if (fd < 0) {
    fprintf(stderr, "usage: ask ADDRESS say TEXT... | wait SECONDS | watch SECONDS [MS]\n");
    return 2;
  }
  signal(SIGTERM, on_signal);
  signal(SIGINT, on_signal);
  if (!strcmp(argv[2], "wait")) return say(fd, "stat", atof(argv[3]));
  if (!strcmp(argv[2], "watch"))
    return watch(fd, atof(argv[3]), (argc > 4 ? atof(argv[4]) : 5) / 1000);
  char command[500] = "";
  for (int i = 3; i < argc; i++) {
    strncat(command, argv[i], sizeof command - strlen(command) - 2);
    strcat(command, " ");
  }
  return say(fd, command, 2);
}
