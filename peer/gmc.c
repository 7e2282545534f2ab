/* SPDX-License-Identifier: ISC
 * gmc: what applicants, voters, administrators, peers and auditors type. The commands stand in cmd_table.c. */
#include "peer/cmd.h"

int main(int argc, char **argv)
{
	return cli_run(argc - 1, argv + 1, stdin, stdout, stderr, time_now);
}
