// TaskState: the letter that ps shows for a task's state.
namespace VaQuest.Kernel.Tasks;

/// <summary>State bits to letters (include/linux/sched.h, fs/proc/array.c; the bits since 4.14).</summary>
internal static class TaskState
{
    private const ulong Uninterruptible = 2;
    private const ulong NoLoad = 0x400;
    private const ulong RtLockWait = 0x1000;

    private static readonly (ulong Bit, string Letter)[] s_letters =
    [
        (0x40, "P"), (0x20, "Z"), (0x10, "X"), (8, "t"), (4, "T"), (Uninterruptible, "D"), (1, "S"),
    ];

    /// <param name="state">task_struct.__state (5.14+) or state.</param>
    /// <param name="exitState">task_struct.exit_state.</param>
    public static string Letter(ulong state, ulong exitState)
    {
        // The highest reported bit decides, exit_state's bits above all (get_task_state).
        ulong bits = (state | exitState) & 0x7f;
        if ((state & (Uninterruptible | NoLoad)) == (Uninterruptible | NoLoad) && exitState == 0)
        {
            return "I";
        }

        foreach ((ulong bit, string letter) in s_letters)
        {
            if ((bits & bit) != 0)
            {
                return letter;
            }
        }

        return (state & RtLockWait) != 0 ? "D" : "R";
    }
}
