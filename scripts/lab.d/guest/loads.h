/* The load that a guest makes: one thread of each kind, which look at these figures all the time.
 */
#pragma once

#include <stdint.h>

struct settings {
  volatile int load;        /* percent of each CPU */
  volatile int dirty;       /* MiB/s written ... */
  volatile int wss;         /* ... over and over within so many MiB */
  volatile int hold;        /* MiB kept, and never written again */
  volatile int net;         /* kbit/s sent to peer */
  volatile int disk_writes; /* per second, of 4 KiB to /dev/vda */
  char peer[64];            /* ADDRESS:PORT */
};
extern struct settings settings;

struct counters {
  volatile uint64_t dirtied_pages;
  volatile uint64_t memory_errors; /* pages that did not hold what was last written to them */
  volatile uint64_t sent;
  volatile uint64_t disk_writes;
  volatile uint64_t disk_errors;
};
extern struct counters counters;

int64_t now_ns(void);
void sleep_ms(int ms);
void start_loads(void);
