// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* The commands one can write to /proc/widgets, and the table they are found in. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "widget.h"

struct widget_command {
	const char *verb;
	int (*run)(struct widget_registry *registry, const char *arguments);
};

static int command_add(struct widget_registry *registry, const char *arguments)
{
	char name[20];
	int id, err;

	if (sscanf(arguments, "%d %19s", &id, name) != 2)
		return -EINVAL;
	err = widget_add(registry, id, name);
	if (!err)
		pr_info("widget: added %d (%s)\n", id, name);
	return err;
}

static int command_renumber(struct widget_registry *registry, const char *arguments)
{
	int id, new_id, err;

	if (sscanf(arguments, "%d %d", &id, &new_id) != 2)
		return -EINVAL;
	err = widget_renumber(registry, id, new_id);
	if (!err)
		pr_info("widget: %d is now %d\n", id, new_id);
	return err;
}

static int command_connect(struct widget_registry *registry, const char *arguments)
{
	int from, to, err;

	if (sscanf(arguments, "%d %d", &from, &to) != 2)
		return -EINVAL;
	err = widget_connect(registry, from, to);	/* frame: command_connect */
	if (!err)
		pr_info("widget: connected %d to %d\n", from, to);
	return err;
}

static const struct widget_command widget_commands[] = {
	{ "add", command_add },
	{ "renumber", command_renumber },
	{ "connect", command_connect },
};

int widget_execute(struct widget_registry *registry, char *line)
{
	const char *verb = strsep(&line, " ");
	const struct widget_command *command;
	int i, err = -EINVAL;

	if (!line)
		return -EINVAL;

	mutex_lock(&registry->lock);
	for (i = 0; i < ARRAY_SIZE(widget_commands); i++) {
		command = &widget_commands[i];
		if (strcmp(command->verb, verb))
			continue;
		err = command->run(registry, line);	/* frame: widget_execute */
		break;
	}
	mutex_unlock(&registry->lock);
	return err;
}
