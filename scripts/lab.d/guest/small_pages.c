/* small-pages COMMAND...: runs COMMAND without transparent huge pages, and so whatever it starts.
 *
 * QEMU asks for huge pages for its guests' memory. Measuring a dirty rate reads a sample of that memory, and with
 * huge pages a kernel may answer the reading of a page that the guest never touched with 2 MiB of real memory.
 * What a host of the lab uses must not depend on that. */
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char** argv) {
    if (argc < 2) return 2;
    if (prctl(PR_SET_THP_DISABLE, 1L, 0L, 0L, 0L) != 0) perror("small-pages: huge pages stay");
    execvp(argv[1], argv + 1);
    perror(argv[1]);
    return 127;
}
