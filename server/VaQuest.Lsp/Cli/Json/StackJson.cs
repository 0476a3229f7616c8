// StackJson: stacks and frames as in the JSON contract.
using VaQuest.DebugInfo.Lines;
using VaQuest.Diagnosis.Sources;
using VaQuest.Diagnosis.Text;
using VaQuest.Diagnosis.Values;
using VaQuest.Kernel.Unwind;

namespace VaQuest.Lsp.Cli.Json;

/// <summary>Writes stacks.</summary>
internal static class StackJson
{
    public static void Write(JsonOutput json, StackTrace stack, SessionValues? values = null)
    {
        json.Number("cpu", stack.Cpu, "the task was not on a CPU");
        json.Number("pid", stack.Task?.Pid, "no known task");
        json.Text("comm", stack.Task?.Comm, "no known task");
        json.Address("task", stack.Task?.Address, "no known task");
        json.Text("state", stack.State);
        json.Flag("panic", stack.IsPanicStack);
        json.Flag("complete", stack.IsComplete);
        json.Text("end", stack.EndReason);
        json.Texts("warnings", stack.Warnings);
        json.Objects("frames", stack.Frames, frame =>
        {
            Write(json, frame);
            if (values is not null)
            {
                WriteLocals(json, values, values.ReadFrame(stack, frame.Index));
            }
        });
    }

    private static void Write(JsonOutput json, StackFrame frame)
    {
        json.Integer("index", frame.Index);
        json.Text("kind", FrameProofs.NameOf(frame.Kind));
        json.Text("function", frame.Function, "no symbol covers the address");
        json.Hex("offset", frame.Offset, "no symbol covers the address");
        json.Text("module", frame.Module, "not in a module");
        json.Address("pc", frame.Pc, "");
        json.Address("sp", frame.Sp, "the stack pointer is not known in this frame");
        WriteSource(json, frame.Source);
        json.Text("proof", FrameProofs.NameOf(frame.Proof));
        if (frame.Symbol is not null)
        {
            json.Text("symbol", frame.Symbol);
        }

        if (frame.Stack is not null)
        {
            json.Text("stack", frame.Stack);
        }

        if (frame.Note is not null)
        {
            json.Text("note", frame.Note);
        }

        if (frame.Registers is { Count: > 0 } registers)
        {
            json.Object("registers", () =>
            {
                foreach ((string name, ulong value) in registers)
                {
                    json.Hex(name, value, "");
                }
            });
        }
    }

    private static void WriteLocals(JsonOutput json, SessionValues values, FrameValues frame)
    {
        json.Objects("locals", frame.Values, value =>
        {
            json.Text("name", value.Name);
            json.Text("kind", value.IsArgument ? "argument" : "local");
            json.Text("type", value.TypeText);
            ValueJson.Write(json, "value", value.Value, values.Kernel, 1);
            if (value.AtEntry is { } entry)
            {
                ValueJson.Write(json, "atEntry", entry, values.Kernel, 1);
            }

            json.Text("text", value.Text);
            json.Text("file", value.File, "debug information does not say where it is declared");
            json.Number("line", value.Line > 0 ? value.Line : null, "debug information does not say where it is declared");
        });
        if (frame.Missing is { } missing)
        {
            json.Text("localsMissing", missing);
        }
    }

    private static void WriteSource(JsonOutput json, SourceLocation? source)
    {
        const string noLine = "no line is known for the address";
        json.Text("file", source is null ? null : SourcePaths.Shorten(source), noLine);
        json.Number("line", source is { Line: > 0 } ? source.Line : null, noLine);
        json.Number("column", source is { Column: > 0 } ? source.Column : null, "no column is known for the address");
    }
}
