// PrintVerb: `vaquest print`.
using System.CommandLine;
using VaQuest.DebugInfo.Types;
using VaQuest.Diagnosis.Sessions;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Diagnosis.Values.Expressions;
using VaQuest.Kernel.Unwind;
using VaQuest.Lsp.Cli.Json;

namespace VaQuest.Lsp.Cli.Print;

/// <summary>Prints what a C expression is worth in the dump.</summary>
internal sealed class PrintVerb : DumpVerb
{
    /// <summary>Structures inside of structures that JSON opens when nothing else is asked for.</summary>
    private const int DefaultDepth = 2;

    private const int MaxDepth = 16;

    private readonly Argument<string> _expression = new("EXPR")
    {
        Description = "A C expression: symbols, casts, . -> [] * &, arithmetic, sizeof, container_of(p, type, member), offsetof(type, member), "
            + "per_cpu(var, N), this_cpu(var), list(head, type, member), hlist, llist, rbtree, xarray(x, type), idr, maple_tree.",
    };

    private readonly Option<int?> _frame = new("--frame") { HelpName = "N", Description = "Names of variables mean those of this frame." };
    private readonly Option<int?> _cpu = new("--cpu") { HelpName = "N", Description = "The frame is of what this CPU was executing; this_cpu() means it." };
    private readonly Option<int?> _pid = new("--pid") { HelpName = "N", Description = "The frame is of the thread with this id." };
    private readonly Option<int?> _depth = new("--depth") { HelpName = "N", Description = "Structures inside of structures that are opened (2)." };

    private readonly Option<long?> _from = new("--from") { HelpName = "N", Description = "Of an array, the first element to print (0); a part is 128 elements." };

    public PrintVerb()
        : base("print", "Print what a C expression is worth in the dump.")
    {
        Add(_expression);
        Add(_frame);
        Add(_cpu);
        Add(_pid);
        Add(_depth);
        Add(_from);
    }

    protected override int Answer(IDumpSession session, ParseResult arguments, Output output, CancellationToken cancellation)
    {
        string expression = arguments.GetValue(_expression)!;
        if (arguments.GetValue(_depth) is { } depth and (< 0 or > MaxDepth))
        {
            throw new UsageException(FormattableString.Invariant($"--depth {depth}: give a number from 0 to {MaxDepth}"));
        }

        if (arguments.GetValue(_from) is < 0)
        {
            throw new UsageException("--from takes a number from 0 on");
        }

        if (session.Values is not { } values)
        {
            output.WriteError($"{session.Path}: it has no memory that expressions could read");
            return ExitCode.CouldNotAnswer;
        }

        try
        {
            Evaluation evaluation = values.Evaluate(expression, ScopeOf(session, arguments, cancellation), cancellation);
            Write(evaluation, expression, values, arguments, output);
            return ExitCode.Answered;
        }
        catch (ExpressionException error)
        {
            output.WriteError(error.Message);
            output.WriteErrorDetail("  " + expression);
            output.WriteErrorDetail(new string(' ', 2 + Math.Clamp(error.Position, 0, expression.Length)) + "^");
            return ExitCode.CouldNotAnswer;
        }
    }

    private EvaluationScope ScopeOf(IDumpSession session, ParseResult arguments, CancellationToken cancellation)
    {
        int? cpu = arguments.GetValue(_cpu);
        int? pid = arguments.GetValue(_pid);
        int? frame = arguments.GetValue(_frame);
        if (cpu is not null && pid is not null)
        {
            throw new UsageException("--cpu and --pid exclude each other; give one of them");
        }

        if (frame is null && pid is null)
        {
            return new EvaluationScope(Cpu: cpu);
        }

        StackTrace stack = session.GetStacks(new StackSelection { Cpu = cpu, Pid = pid }, cancellation)[0];
        return frame is not { } index || (index >= 0 && index < stack.Frames.Count)
            ? new EvaluationScope(stack, frame, cpu)
            : throw new UsageException(FormattableString.Invariant($"--frame {index}: the stack has frames 0 to {stack.Frames.Count - 1}; see vaquest bt"));
    }

    private void Write(Evaluation evaluation, string expression, SessionValues values, ParseResult arguments, Output output)
    {
        int? depth = arguments.GetValue(_depth);
        if (!IsJson(arguments))
        {
            output.Write(ValueRenderer.Render(evaluation, values.Kernel, depth, arguments.GetValue(_from) ?? 0));
            return;
        }

        using var json = new JsonOutput(output.Out, "print");
        json.Text("expression", expression);
        json.Text("type", DumpText.Escape(TypeText.Of(evaluation.Items is [var first, ..] ? first.Value.Type : evaluation.Value.Type)));
        if (evaluation.Items is null)
        {
            json.Address("address", evaluation.Value.Address, "it is not in memory");
            ValueJson.Write(json, "value", evaluation.Value, values.Kernel, depth ?? DefaultDepth);
            return;
        }

        json.Value("value", writer =>
        {
            writer.WriteStartArray();
            foreach (EvaluationItem item in evaluation.Items)
            {
                ValueJson.Write(writer, item.Value, values.Kernel, depth ?? DefaultDepth);
            }

            writer.WriteEndArray();
        });
        if (evaluation.Items.Any(item => item.Label is not null))
        {
            json.Texts("labels", evaluation.Items.Select(item => item.Label ?? ""));
        }

        if (evaluation.Damage is { } damage)
        {
            json.Text("stopped", DumpText.Escape(damage));
        }
    }
}
