// CrashKinds: the pages of the kinds of crash, in the order of the JSON contract.
namespace VaQuest.Diagnosis.Findings;

/// <summary>One entry for every kind; a test holds it against the enumeration.</summary>
internal static class CrashKinds
{
    public static readonly IReadOnlyList<CrashKind> All =
    [
        new("null-pointer-dereference", "The CPU used an address in the first page: a NULL pointer, or a member of what a NULL pointer should point to.",
            "The fault address is the member's offset. Look where the pointer came from: a look-up that found nothing, an allocation that failed, an object that was already taken apart."),
        new("page-fault", "The CPU used a kernel address that no page table maps, or that does not allow the access.",
            "Read the address as text, as a poison value, as a freed or wrong pointer; see what lies around the object that held it."),
        new("general-protection", "The CPU refused an address that is no address at all (not canonical), or an instruction that is not allowed.",
            "0xdead… is a list poison, 0x6b6b… freed slab memory, ASCII text an overflow; otherwise compare the value with a sound pointer bit by bit."),
        new("bug", "A BUG_ON() or BUG() in the code held: an invariant was broken.", "Read the condition at that line and find which of its values is wrong."),
        new("warning", "A WARN_ON() held, and the kernel was set to panic on warnings.", "As for a BUG: the condition at that line, and its values."),
        new("divide-error", "An integer division by zero, or a quotient that does not fit its register.", "Look where the divisor was computed, and whether it can be zero when its source is empty."),
        new("invalid-opcode", "The CPU met an instruction that it does not know, outside of BUG().",
            "Compare the code with the vmlinux (text-differs), and the instruction with what this CPU or its hypervisor supports."),
        new("stack-overflow", "The kernel stack of a task or CPU ran into its guard page.", "Look for the recursion, or for the few frames with large local variables."),
        new("list-corruption", "The list checks found neighbours that do not point to each other.", "Find out what the entry with the wrong pointers is now; look for a removal without the lock, or twice."),
        new("slab-corruption", "The slab allocator found an object or its surroundings overwritten, or freed twice.", "See who owns the object before it, and who allocated and freed this one."),
        new("use-after-free", "Memory was used after it was freed.", "Compare where it was freed with who still held a reference; look for a missing reference count or RCU grace period."),
        new("soft-lockup", "A CPU ran kernel code for more than twenty seconds without scheduling.", "See what the watchdog's interrupt stopped: a loop without end, or a spinlock whose owner does not let go."),
        new("hard-lockup", "A CPU did not take timer interrupts for some ten seconds.", "Look for code that spins with interrupts off, and for the owner of what it spins on."),
        new("hung-task", "A task waited uninterruptibly for longer than the hung-task timeout.", "Follow what it waits for to the task that holds it, or to the device that does not answer."),
        new("rcu-stall", "An RCU grace period did not end in time.", "The log names the CPU or task that holds it up; see what it executes."),
        new("deadlock", "Tasks wait for each other in a circle, or one waits for itself.", "Compare the order in which the locks are taken."),
        new("out-of-memory", "No memory was left, and the kernel was set to panic on it or had nothing to kill.", "See who has the memory: tasks, caches, the page cache, vmalloc."),
        new("nx-execution", "The CPU was sent to execute data.", "Look at the function pointer in the caller: an overwritten table of operations, or a smashed return address."),
        new("sysrq", "Somebody asked for the crash.", "The reason is what made them ask: look at the other CPUs and the blocked tasks."),
        new("nmi", "A non-maskable interrupt made the kernel panic: a button, a watchdog card, or the hardware.", "Look at what the CPUs did at that time, and at the machine's management log."),
        new("machine-check", "The hardware reported an error that it could not correct.", "Exchange the part that the log names before looking for a software cause."),
        new("explicit-panic", "Code called panic() with a message of its own.", "Read the message and the condition at that line."),
        new("double-free", "An object was given back to its allocator that was free already.",
            "Compare the two frees: the report's stacks name them where the kernel recorded them; look for an error path that frees what its caller frees, too."),
        new("out-of-bounds", "A checker (KASAN, KFENCE, or that of copies from and to user space) saw an access outside of its object.",
            "Read the access's size and its distance from the object; compare the index or length with what the object was allocated for."),
        new("buffer-overflow", "FORTIFY_SOURCE saw a length that is larger than the variable it is for.", "Look where the length comes from, and whether a text has its NUL."),
        new("stack-corruption", "The guard word between a function's variables and its return address was overwritten.",
            "Look at the function's arrays, and at what it passes pointers to them to."),
        new("undefined-behaviour", "UBSAN saw an operation that C does not define: an index, a shift, an overflow, a wrong alignment.",
            "The report names the operation and its operands; find where they come from."),
        new("breakpoint", "The CPU executed a breakpoint instruction that no debugger or probe had set.",
            "Compare the code with its file (text-differs); look for a jump into the middle of an instruction, or padding."),
        new("unknown", "The log tells no reason.", "Look at what the CPUs did; the dump may be of a machine that was still running."),
    ];
}
