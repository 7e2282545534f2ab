/* SPDX-License-Identifier: ISC
 * What the puzzles that gauthd draws or speaks itself have in common. */
#ifndef AUTHORITY_PUZZLE_PUZZLE_H
#define AUTHORITY_PUZZLE_PUZZLE_H

/* Room for any puzzle's normalised answer, with its NUL: "1479-2358" is the longest. */
enum { PUZZLE_ANSWER = 16 };

#endif
