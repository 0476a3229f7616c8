// SPDX-License-Identifier: MIT OR GPL-2.0
// All of it is init code, which is freed once loading is done.
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/module.h>

struct port {
	unsigned int number;
	unsigned int *registers;
};

static struct port ports[2] = { { .number = 1 }, { .number = 2 } };

static noinline __init unsigned int port_reset(struct port *port)
{
	unsigned int *registers = READ_ONCE(port->registers);

	WRITE_ONCE(registers[8], port->number); /* lab: port_reset */
	return READ_ONCE(registers[9]);
}

static noinline __init int port_probe(struct port *port)
{
	unsigned int status = port_reset(port); /* lab: port_probe */

	return status == port->number ? 0 : -ENODEV;
}

static int __init lab_init_load(void)
{
	int error = port_probe(&ports[0]); /* lab: lab_init_load */

	return error ? error : port_probe(&ports[1]);
}

module_init(lab_init_load);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("VaQuest lab: crash in init code");
