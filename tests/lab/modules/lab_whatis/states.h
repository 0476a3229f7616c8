/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* What the scenario leaves in known states. Each is told in the log as "lab: whatis NAME ADDRESS". */
#ifndef LAB_WHATIS_STATES_H
#define LAB_WHATIS_STATES_H

#include <linux/list.h>
#include <linux/types.h>

struct parcel {
	u64 number;
	char label[40];
	struct list_head link;
	void *owner;
};

int states_make(void);
int states_of_file(int descriptor);
void states_stop(int number);

#endif
