// WhatIsBench: what numbers from stacks and registers of a dump are, and how long each answer takes.
using System.Diagnostics;
using System.Globalization;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.WhatIs;
using VaQuest.Kernel.Tasks;
using StackTrace = VaQuest.Kernel.Unwind.StackTrace;

namespace VaQuest.Bench;

/// <summary>Every number is asked once, in a process that has answered some before: as hovers in an open editor are.</summary>
internal static class WhatIsBench
{
    private const int StackBytes = 16 * 1024;

    /// <summary>Answers before the clock runs: code is compiled then, and indexes are read.</summary>
    private const int WarmUp = 500;

    public static void Run(string dump, string vmlinux, string debug, int count, string list)
    {
        using IDumpSession session = DumpSession.Open(dump, new SessionOptions { Vmlinux = vmlinux, DebugDirectories = [debug] }, CancellationToken.None);
        ulong[] numbers = Collect(session);
        new Random(20261130).Shuffle(numbers);
        ulong[] warm = [.. numbers.Take(WarmUp)];
        numbers = [.. numbers.Skip(Math.Max(0, Math.Min(WarmUp, numbers.Length - count))).Take(count)];
        for (int round = 0; round < 3; round++)
        {
            Array.ForEach(warm, number => session.Identify(new AddressQuestion(number), CancellationToken.None));
            Thread.Sleep(200);
        }

        double[] milliseconds = new double[numbers.Length];
        var lines = new List<string>(numbers.Length);
        for (int i = 0; i < numbers.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            AddressAnswer answer = session.Identify(new AddressQuestion(numbers[i]), CancellationToken.None);
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            lines.Add(FormattableString.Invariant($"{numbers[i]:x}\t{answer.Kind}\t{answer.Text}"));
        }

        File.WriteAllLines(list, lines);
        Array.Sort(milliseconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{numbers.Length} answers, median {milliseconds[numbers.Length / 2]:F4} ms, 99 % below {milliseconds[numbers.Length * 99 / 100]:F4} ms, longest {milliseconds[^1]:F3} ms"));
    }

    private static ulong[] Collect(IDumpSession session)
    {
        var numbers = new HashSet<ulong>();
        byte[] bytes = new byte[StackBytes];
        foreach (KernelTask task in session.GetTasks(CancellationToken.None))
        {
            if (task.Stack is not { } stack)
            {
                continue;
            }

            int got = session.ReadVirtual(stack, bytes).BytesRead;
            for (int at = 0; at + 8 <= got; at += 8)
            {
                // Every word, and where it is: both are what people ask about.
                ulong word = BitConverter.ToUInt64(bytes, at);
                if (word != 0)
                {
                    numbers.Add(word);
                    numbers.Add((stack + (ulong)at).Value);
                }
            }
        }

        foreach (StackTrace trace in session.GetStacks(new StackSelection { All = true }, CancellationToken.None))
        {
            numbers.UnionWith(trace.Frames.SelectMany(frame => frame.Registers ?? []).Select(register => register.Value));
        }

        ulong[] all = [.. numbers];
        Array.Sort(all);
        return all;
    }
}
