// FrameRepetition: frames that repeat, as recursion leaves them.
using VaQuest.Kernel.Unwind;

namespace VaQuest.Diagnosis.Text;

/// <summary>Finds runs of equal frames, so that an overflowed stack can be read at a glance.</summary>
internal static class FrameRepetition
{
    /// <summary>Fewer repetitions are shown as they are.</summary>
    public const int MinTimes = 4;

    /// <summary>Functions that call each other in a circle, with what was inlined into them.</summary>
    private const int MaxLength = 12;

    /// <summary>How many frames from <paramref name="start"/> on repeat, and how often they are there in all; (1, 1) when they do not.</summary>
    public static (int Length, int Times) Find(IReadOnlyList<StackFrame> frames, int start)
    {
        for (int length = 1; length <= MaxLength && start + (length * MinTimes) <= frames.Count; length++)
        {
            int times = 1;
            while (IsEqual(frames, start, start + (length * times), length))
            {
                times++;
            }

            if (times >= MinTimes)
            {
                return (length, times);
            }
        }

        return (1, 1);
    }

    private static bool IsEqual(IReadOnlyList<StackFrame> frames, int left, int right, int length)
    {
        if (right + length > frames.Count)
        {
            return false;
        }

        for (int i = 0; i < length; i++)
        {
            StackFrame one = frames[left + i];
            StackFrame other = frames[right + i];
            bool isSame = one.Pc == other.Pc && one.Kind == other.Kind && one.Function == other.Function && one.Stack == other.Stack
                && one.Proof == other.Proof && other.Note is null && other.Registers is null;
            if (!isSame)
            {
                return false;
            }
        }

        return true;
    }
}
